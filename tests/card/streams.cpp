// Streams, events, and recordings of steps.
#include "api.hpp"

using namespace card;

// ---- streams

API cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned, int) {
    LOCKED;
    *stream = new_stream();
    return cudaSuccess;
}

API cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
    return cudaStreamCreateWithPriority(stream, flags, 0);
}

API cudaError_t cudaStreamCreate(cudaStream_t* stream) {
    return cudaStreamCreateWithPriority(stream, 0, 0);
}

API cudaError_t cudaStreamGetPriority(cudaStream_t, int* priority) {
    *priority = 0;
    return cudaSuccess;
}

API cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    LOCKED;
    end_stream(stream_of(stream));
    return cudaSuccess;
}

API cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    UNLESS_RECORDING("cudaStreamSynchronize");
    wait(stream_of(stream), stream_of(stream)->asked);
    return cudaSuccess;
}

API cudaError_t cudaStreamQuery(cudaStream_t handle) {
    UNLESS_RECORDING("cudaStreamQuery");
    Stream* stream = stream_of(handle);
    return look(stream, stream->asked) ? cudaSuccess : fail(cudaErrorNotReady);
}

API cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event_handle, unsigned) {
    LOCKED;
    Stream* stream = stream_of(handle);
    const Event event = *reinterpret_cast<Event*>(event_handle);
    if (event.stream == nullptr || event.stream == stream) return cudaSuccess;
    if (event.capture_number == 0) {
        if (stream->capture != nullptr) {
            stream->capture->spoilt = true;
            return fail(cudaErrorStreamCaptureIsolation);
        }
        return ask(stream, [=] { return run(event.stream, event.after); });
    }
    Capture* capture = event.capture;
    if (!is_alive(capture)) return fail(cudaErrorCapturedEvent);
    if (stream->capture != nullptr && stream->capture != capture) {
        stream->capture->spoilt = capture->spoilt = true;
        return fail(cudaErrorStreamCaptureMerge);
    }
    stream->capture = capture;
    capture->streams.insert(stream);
    if (stream == capture->origin) event.stream->unjoined = false;
    return cudaSuccess;
}

API cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* data) {
    LOCKED;
    return ask(stream_of(stream), task([=] { function(data); }));
}

// ---- events

API cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    *event = reinterpret_cast<cudaEvent_t>(new Event);
    return cudaSuccess;
}

API cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }

API cudaError_t cudaEventDestroy(cudaEvent_t event) {
    LOCKED;
    delete reinterpret_cast<Event*>(event);
    return cudaSuccess;
}

API cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle) {
    LOCKED;
    Stream* stream = stream_of(handle);
    Capture* capture = stream->capture;
    *reinterpret_cast<Event*>(event) =
        Event{stream, stream->asked, capture, capture == nullptr ? 0 : capture->number};
    return cudaSuccess;
}

API cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned) {
    return cudaEventRecord(event, stream);
}

API cudaError_t cudaEventQuery(cudaEvent_t handle) {
    UNLESS_RECORDING("cudaEventQuery");
    auto* event = reinterpret_cast<Event*>(handle);
    if (event->capture_number != 0) return fail(cudaErrorCapturedEvent);
    if (event->stream == nullptr || look(event->stream, event->after)) return cudaSuccess;
    return fail(cudaErrorNotReady);
}

API cudaError_t cudaEventSynchronize(cudaEvent_t handle) {
    UNLESS_RECORDING("cudaEventSynchronize");
    auto* event = reinterpret_cast<Event*>(handle);
    if (event->capture_number != 0) return fail(cudaErrorCapturedEvent);
    if (event->stream != nullptr) wait(event->stream, event->after);
    return cudaSuccess;
}

// ---- recordings

API cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
    *mode = exchange_mode(*mode);
    return cudaSuccess;
}

API cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
    LOCKED;
    return begin_capture(stream_of(stream), mode);
}

API cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    LOCKED;
    return end_capture(stream_of(stream), reinterpret_cast<Graph**>(graph));
}

API cudaError_t cudaStreamGetCaptureInfo(cudaStream_t stream, cudaStreamCaptureStatus* status,
                                         unsigned long long* number, cudaGraph_t* graph,
                                         const cudaGraphNode_t** nodes,
                                         const cudaGraphEdgeData** edges, size_t* node_count) {
    LOCKED;
    const Capture* capture = stream_of(stream)->capture;
    *status = capture == nullptr ? cudaStreamCaptureStatusNone
              : capture->spoilt  ? cudaStreamCaptureStatusInvalidated
                                 : cudaStreamCaptureStatusActive;
    if (number != nullptr) *number = capture == nullptr ? 0 : capture->number;
    if (graph != nullptr) *graph = capture == nullptr ? nullptr : cudaGraph_t(capture->graph);
    if (nodes != nullptr) *nodes = nullptr;
    if (edges != nullptr) *edges = nullptr;
    if (node_count != nullptr) *node_count = 0;
    return cudaSuccess;
}

API cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
    LOCKED;
    if (stream_of(stream) == stream_of(nullptr) && is_spoilt_by_default_stream())
        return fail(cudaErrorStreamCaptureImplicit);
    return cudaStreamGetCaptureInfo(stream, status, nullptr, nullptr, nullptr, nullptr, nullptr);
}

API cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* instance, cudaGraph_t graph,
                                              unsigned long long) {
    LOCKED;
    *instance = cudaGraphExec_t(new Graph(*reinterpret_cast<Graph*>(graph)));
    return cudaSuccess;
}

API cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    LOCKED;
    delete reinterpret_cast<Graph*>(graph);
    return cudaSuccess;
}

API cudaError_t cudaGraphExecDestroy(cudaGraphExec_t instance) {
    LOCKED;
    wait_for_all();
    delete reinterpret_cast<Graph*>(instance);
    return cudaSuccess;
}

API cudaError_t cudaGraphLaunch(cudaGraphExec_t instance, cudaStream_t stream) {
    LOCKED;
    auto* graph = reinterpret_cast<Graph*>(instance);
    return ask(stream_of(stream), task([graph] {
                   for (const Task& each : graph->tasks) each();
               }));
}

API cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t*, size_t* count) {
    *count = reinterpret_cast<Graph*>(graph)->tasks.size();
    return cudaSuccess;
}
