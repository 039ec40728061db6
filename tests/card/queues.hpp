// Streams of a card that does not exist: queues of tasks that are run as late as they may be.
#pragma once

#include <cuda_runtime_api.h>

#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <vector>

namespace card {

// Returns whether it is done; if not, it is tried again.
using Task = std::function<bool()>;

struct Graph {
    std::vector<Task> tasks;
};

struct Stream;

struct Capture {
    unsigned long long number;
    Stream* origin;
    cudaStreamCaptureMode mode;
    Graph* graph = new Graph;
    std::set<Stream*> streams = {};
    bool spoilt = false;
};

struct Stream {
    std::deque<Task> tasks;
    long asked = 0, done = 0;
    Capture* capture = nullptr;
    bool unjoined = false;  // it took part in a capture, and nobody has waited for it since
};

struct Event {
    Stream* stream = nullptr;  // where it was recorded last
    long after = 0;            // so many tasks of it
    Capture* capture = nullptr;
    unsigned long long capture_number = 0;
};

extern std::recursive_mutex mutex;  // held by whoever looks at any of these

Stream* stream_of(cudaStream_t handle);
cudaStream_t new_stream();
void end_stream(Stream* stream);  // events may still tell of it, so it is not deleted

// The error of this thread that cudaGetLastError tells; returns it.
cudaError_t fail(cudaError_t error);

Task task(std::function<void()> action);

// To the end of a stream, or into the recording that it takes part in.
cudaError_t ask(Stream* stream, Task task);

// Whether a stream has run so many tasks, after trying to.
bool run(Stream* stream, long until);
// The same of whoever only looks: a few tasks more are run, so that what is asked again is done.
bool look(Stream* stream, long until);
void wait(Stream* stream, long until);
void wait_for_all();

// Where any thread records, a call that could disturb it spoils the recording and fails.
bool disturbs(const char* call);
cudaStreamCaptureMode exchange_mode(cudaStreamCaptureMode mode);

cudaError_t begin_capture(Stream* stream, cudaStreamCaptureMode mode);
cudaError_t end_capture(Stream* stream, Graph** graph);
bool is_alive(Capture* capture);
bool is_spoilt_by_default_stream();

}  // namespace card
