// Cards and their memory.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "api.hpp"

using namespace card;

namespace {

thread_local int device = 0;

// Blocks of memory by their addresses.
class Blocks {
public:
    void* take(size_t bytes) {
        void* address = aligned_alloc(512, (bytes + 511) & ~size_t(511));
        // what was never written is no number
        memset(address, 0xFF, bytes);
        blocks_[static_cast<char*>(address)] = bytes;
        taken_ += bytes;
        return address;
    }

    bool give_back(void* address) {
        auto found = blocks_.find(static_cast<char*>(address));
        if (found == blocks_.end()) return false;
        taken_ -= found->second;
        blocks_.erase(found);
        free(address);
        return true;
    }

    bool hold(const void* address) const {
        auto next = blocks_.upper_bound(static_cast<char*>(const_cast<void*>(address)));
        if (next == blocks_.begin()) return false;
        --next;
        return static_cast<const char*>(address) < next->first + next->second;
    }

    size_t taken() const { return taken_; }

private:
    std::map<char*, size_t> blocks_;
    size_t taken_ = 0;
};

Blocks& on_card() {
    static auto* blocks = new Blocks;
    return *blocks;
}

Blocks& pinned() {
    static auto* blocks = new Blocks;
    return *blocks;
}

size_t number_of(const char* variable, size_t usual) {
    const char* told = getenv(variable);
    return told == nullptr ? usual : strtoull(told, nullptr, 10);
}

size_t memory_bytes() {
    static const size_t bytes = number_of("CARD_MEMORY", size_t(4) << 30);
    return bytes;
}

}  // namespace

// ---- cards

API cudaError_t cudaGetDeviceCount(int* count) {
    const char* visible = getenv("CUDA_VISIBLE_DEVICES");
    *count = visible != nullptr && *visible == '\0' ? 0 : int(number_of("CARDS", 2));
    return *count > 0 ? cudaSuccess : cudaErrorNoDevice;
}

API cudaError_t cudaGetDevice(int* number) {
    *number = device;
    return cudaSuccess;
}

API cudaError_t cudaSetDevice(int number) {
    device = number;
    return cudaSuccess;
}

API cudaError_t cudaDriverGetVersion(int* version) {
    *version = CUDART_VERSION;
    return cudaSuccess;
}

API cudaError_t cudaRuntimeGetVersion(int* version) { return cudaDriverGetVersion(version); }

API cudaError_t cudaGetDeviceProperties(cudaDeviceProp* found, int) {
    *found = cudaDeviceProp{};
    strcpy(found->name, "stand-in for a graphics card");
    found->totalGlobalMem = memory_bytes();
    found->major = 9;
    found->multiProcessorCount = 16;
    found->warpSize = 32;
    found->maxThreadsPerBlock = found->maxThreadsDim[0] = found->maxThreadsDim[1] = 1024;
    found->maxThreadsDim[2] = 64;
    found->maxThreadsPerMultiProcessor = 2048;
    found->maxGridSize[0] = INT32_MAX;
    found->maxGridSize[1] = found->maxGridSize[2] = UINT16_MAX;
    found->sharedMemPerBlock = 48 << 10;
    found->regsPerBlock = found->regsPerMultiprocessor = 1 << 16;
    return cudaSuccess;
}

API cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
    const std::map<cudaDeviceAttr, int> known = {
        {cudaDevAttrMaxThreadsPerBlock, 1024},
        {cudaDevAttrMultiProcessorCount, 16},
        {cudaDevAttrComputeCapabilityMajor, 9},
        {cudaDevAttrWarpSize, 32},
        {cudaDevAttrMaxSharedMemoryPerBlock, 48 << 10},
    };
    auto found = known.find(attribute);
    *value = found == known.end() ? 0 : found->second;
    return cudaSuccess;
}

API cudaError_t cudaDeviceCanAccessPeer(int* can, int, int) {
    *can = 0;
    return cudaSuccess;
}

API cudaError_t cudaDeviceGetPCIBusId(char* found, int size, int number) {
    snprintf(found, size, "0000:00:%02d.0", number);
    return cudaSuccess;
}

API cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
    *least = 0, *greatest = -5;
    return cudaSuccess;
}

API cudaError_t cudaDeviceSynchronize() {
    UNLESS_RECORDING("cudaDeviceSynchronize");
    wait_for_all();
    return cudaSuccess;
}

// ---- memory

API cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
    LOCKED;
    *total = memory_bytes();
    *free = *total - on_card().taken();
    return cudaSuccess;
}

API cudaError_t cudaMalloc(void** address, size_t bytes) {
    UNLESS_RECORDING("cudaMalloc");
    if (on_card().taken() + bytes > memory_bytes()) return fail(cudaErrorMemoryAllocation);
    *address = on_card().take(bytes);
    return cudaSuccess;
}

API cudaError_t cudaFree(void* address) {
    if (address == nullptr) return cudaSuccess;
    UNLESS_RECORDING("cudaFree");
    wait_for_all();
    return on_card().give_back(address) ? cudaSuccess : fail(cudaErrorInvalidValue);
}

API cudaError_t cudaHostAlloc(void** address, size_t bytes, unsigned) {
    UNLESS_RECORDING("cudaHostAlloc");
    *address = pinned().take(bytes);
    return cudaSuccess;
}

API cudaError_t cudaFreeHost(void* address) {
    LOCKED;
    wait_for_all();
    return pinned().give_back(address) ? cudaSuccess : fail(cudaErrorInvalidValue);
}

API cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* found, const void* address) {
    LOCKED;
    *found = cudaPointerAttributes{};
    found->devicePointer = found->hostPointer = const_cast<void*>(address);
    found->type = on_card().hold(address)  ? cudaMemoryTypeDevice
                  : pinned().hold(address) ? cudaMemoryTypeHost
                                           : cudaMemoryTypeUnregistered;
    return cudaSuccess;
}

API cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind,
                                cudaStream_t handle) {
    LOCKED;
    Stream* stream = stream_of(handle);
    const bool leaves = on_card().hold(from) && !on_card().hold(to) && !pinned().hold(to);
    const bool comes = on_card().hold(to) && !on_card().hold(from) && !pinned().hold(from);
    if ((leaves || comes) && stream->capture != nullptr) {
        // a recording would copy from or to memory that is somebody else's by then
        disturbs("a copy of memory that is not pinned");
        return cudaErrorStreamCaptureUnsupported;
    }
    if (comes) {
        auto now = std::make_shared<std::vector<char>>(static_cast<const char*>(from),
                                                       static_cast<const char*>(from) + bytes);
        return ask(stream, task([=] { memcpy(to, now->data(), bytes); }));
    }
    cudaError_t error = ask(stream, task([=] { memmove(to, from, bytes); }));
    if (leaves) wait(stream, stream->asked);
    return error;
}

API cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
    UNLESS_RECORDING("cudaMemcpy");
    cudaError_t error = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
    wait_for_all();
    return error;
}

API cudaError_t cudaMemsetAsync(void* address, int value, size_t bytes, cudaStream_t stream) {
    LOCKED;
    return ask(stream_of(stream), task([=] { memset(address, value, bytes); }));
}

API cudaError_t cudaMemset(void* address, int value, size_t bytes) {
    UNLESS_RECORDING("cudaMemset");
    cudaError_t error = cudaMemsetAsync(address, value, bytes, nullptr);
    wait_for_all();
    return error;
}
