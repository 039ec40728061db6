#include "queues.hpp"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace card {

std::recursive_mutex mutex;

namespace {

constexpr long MOST_TASKS = 20000;  // a real card makes whoever asks for more wait, too
constexpr long AT_ONCE = 64, AT_A_LOOK = 8;

Stream& default_stream() {
    static auto* stream = new Stream;
    return *stream;
}

std::set<Stream*>& streams() {
    static auto* all = new std::set<Stream*>{&default_stream()};
    return *all;
}

std::set<Capture*>& captures() {
    static auto* all = new std::set<Capture*>;
    return *all;
}

thread_local cudaStreamCaptureMode mode_of_thread = cudaStreamCaptureModeGlobal;

void give_way() {
    mutex.unlock();
    usleep(200);
    mutex.lock();
}

bool process_ends = false;

void* hurry(void*) {
    for (;;) {
        usleep(500);
        std::lock_guard<std::recursive_mutex> lock(mutex);
        if (process_ends) return nullptr;
        for (Stream* each : streams()) run(each, std::min(each->asked, each->done + AT_ONCE));
    }
}

void begin_to_hurry() {
    static const bool hurries = [] {
        if (getenv("CARD_HURRIES") == nullptr) return false;
        pthread_t thread;
        pthread_create(&thread, nullptr, hurry, nullptr);
        pthread_detach(thread);
        // before PyTorch is taken down, by whose operations tasks compute
        atexit([] {
            std::lock_guard<std::recursive_mutex> lock(mutex);
            process_ends = true;
        });
        return true;
    }();
    (void)hurries;
}

}  // namespace

Stream* stream_of(cudaStream_t handle) {
    // 1 and 2 are the names of the two default streams
    return reinterpret_cast<uintptr_t>(handle) <= 2 ? &default_stream()
                                                    : reinterpret_cast<Stream*>(handle);
}

cudaStream_t new_stream() {
    auto* stream = new Stream;
    streams().insert(stream);
    return reinterpret_cast<cudaStream_t>(stream);
}

void end_stream(Stream* stream) {
    wait(stream, stream->asked);
    streams().erase(stream);
}

Task task(std::function<void()> action) {
    return [action = std::move(action)] {
        action();
        return true;
    };
}

cudaError_t ask(Stream* stream, Task task) {
    if (Capture* capture = stream->capture) {
        if (capture->spoilt) return fail(cudaErrorStreamCaptureInvalidated);
        capture->graph->tasks.push_back(std::move(task));
        stream->unjoined = stream != capture->origin;
        return cudaSuccess;
    }
    begin_to_hurry();
    stream->tasks.push_back(std::move(task));
    stream->asked++;
    static const bool others_first = getenv("CARD_OTHERS_FIRST") != nullptr;
    if (others_first && stream != &default_stream()) run(stream, stream->asked);
    if (stream->asked - stream->done > MOST_TASKS) wait(stream, stream->asked - MOST_TASKS / 2);
    return cudaSuccess;
}

bool run(Stream* stream, long until) {
    while (stream->done < until && !stream->tasks.empty()) {
        if (!stream->tasks.front()()) return false;
        stream->tasks.pop_front();
        stream->done++;
    }
    return stream->done >= until;
}

bool look(Stream* stream, long until) {
    run(stream, std::min(until, stream->done + AT_A_LOOK));
    return stream->done >= until;
}

void wait(Stream* stream, long until) {
    while (!run(stream, until)) give_way();
}

void wait_for_all() {
    const std::set<Stream*> all = streams();
    for (Stream* each : all) wait(each, each->asked);
}

bool disturbs(const char* call) {
    if (captures().empty() || mode_of_thread == cudaStreamCaptureModeRelaxed) return false;
    fprintf(stderr, "stand-in: %s while a step is recorded\n", call);
    for (Capture* each : captures()) each->spoilt |= each->mode != cudaStreamCaptureModeRelaxed;
    fail(cudaErrorStreamCaptureUnsupported);
    return true;
}

cudaStreamCaptureMode exchange_mode(cudaStreamCaptureMode mode) {
    return std::exchange(mode_of_thread, mode);
}

cudaError_t begin_capture(Stream* stream, cudaStreamCaptureMode mode) {
    if (stream == &default_stream()) return fail(cudaErrorStreamCaptureUnsupported);
    if (stream->capture != nullptr) return fail(cudaErrorIllegalState);
    static unsigned long long number = 0;
    auto* capture = new Capture{++number, stream, mode};
    capture->streams.insert(stream);
    captures().insert(capture);
    stream->capture = capture;
    return cudaSuccess;
}

cudaError_t end_capture(Stream* stream, Graph** graph) {
    *graph = nullptr;
    Capture* capture = stream->capture;
    if (capture == nullptr) return fail(cudaErrorIllegalState);
    if (stream != capture->origin) {
        capture->spoilt = true;
        return fail(cudaErrorStreamCaptureUnmatched);
    }
    bool unjoined = false;
    for (Stream* each : capture->streams) {
        unjoined |= std::exchange(each->unjoined, false);
        each->capture = nullptr;
    }
    captures().erase(capture);
    const bool spoilt = capture->spoilt;
    Graph* found = capture->graph;
    delete capture;
    if (!spoilt && !unjoined) {
        *graph = found;
        return cudaSuccess;
    }
    delete found;
    return fail(spoilt ? cudaErrorStreamCaptureInvalidated : cudaErrorStreamCaptureUnjoined);
}

bool is_alive(Capture* capture) { return captures().count(capture) > 0; }

bool is_spoilt_by_default_stream() {
    bool found = false;
    for (Capture* each : captures()) {
        if (each->mode == cudaStreamCaptureModeRelaxed) continue;
        found = each->spoilt = true;
    }
    return found;
}

}  // namespace card
