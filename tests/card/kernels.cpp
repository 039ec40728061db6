// Kernels, errors in words, and what is asked of the driver.
#include <cstdio>
#include <map>
#include <string>

#include "api.hpp"

using namespace card;

namespace {

thread_local cudaError_t last_error = cudaSuccess;

std::map<const void*, std::string>& kernels() {
    static auto* names = new std::map<const void*, std::string>;
    return *names;
}

}  // namespace

cudaError_t card::fail(cudaError_t error) { return last_error = error; }

// ---- kernels: `operations.cpp` sees to it that none is asked for

API cudaError_t cudaLaunchKernel(const void* kernel, dim3, dim3, void**, size_t,
                                 cudaStream_t stream) {
    LOCKED;
    const std::string name = kernels()[kernel];
    // what torch.cuda._sleep does
    if (name.find("spin_kernel") != std::string::npos) return ask(stream_of(stream), task([] {}));
    fprintf(stderr, "stand-in: cannot compute the kernel %s\n", name.c_str());
    return fail(cudaErrorInvalidDeviceFunction);
}

API cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t* how, const void* kernel, void**) {
    return cudaLaunchKernel(kernel, {}, {}, nullptr, 0, how->stream);
}

API cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3, dim3, void**, size_t,
                                   cudaStream_t stream) {
    return cudaLaunchKernel(kernel, {}, {}, nullptr, 0, stream);
}

API cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function) {
    *kernel = cudaKernel_t(function);
    return cudaSuccess;
}

API void __cudaRegisterFunction(void**, const char* function, char*, const char* name, int, uint3*,
                                uint3*, dim3*, dim3*, int*) {
    LOCKED;
    kernels()[function] = name;
}

API void** __cudaRegisterFatBinary(void* binary) { return static_cast<void**>(binary); }
API void __cudaRegisterFatBinaryEnd(void**) {}
API void __cudaUnregisterFatBinary(void**) {}
API void __cudaRegisterVar(void**, char*, char*, const char*, int, size_t, int, int) {}
API char __cudaInitModule(void**) { return 1; }
API unsigned __cudaPushCallConfiguration(dim3, dim3, size_t, void*) { return 0; }

API cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, size_t* bytes, void* stream) {
    *grid = *block = dim3(1, 1, 1);
    *bytes = 0;
    *static_cast<cudaStream_t*>(stream) = nullptr;
    return cudaSuccess;
}

API cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* found, const void*) {
    *found = cudaFuncAttributes{};
    found->maxThreadsPerBlock = 1024;
    found->binaryVersion = found->ptxVersion = 90;
    return cudaSuccess;
}

API cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int) { return cudaSuccess; }

API cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, const void*,
                                                                       int, size_t, unsigned) {
    *blocks = 2;
    return cudaSuccess;
}

// ---- words

API cudaError_t cudaPeekAtLastError() { return last_error; }

API cudaError_t cudaGetLastError() {
    const cudaError_t error = last_error;
    last_error = cudaSuccess;
    return error;
}

API const char* cudaGetErrorName(cudaError_t) { return "cudaError"; }

API const char* cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaErrorMemoryAllocation: return "out of memory";
        case cudaErrorStreamCaptureUnsupported:
            return "operation not permitted when stream is capturing";
        case cudaErrorStreamCaptureInvalidated:
            return "operation failed due to a previous error during capture";
        default: return "an error of the stand-in; see cudaError_t for its number";
    }
}

API cudaError_t cudaGetDriverEntryPointByVersion(const char*, void** function, unsigned,
                                                 unsigned long long,
                                                 cudaDriverEntryPointQueryResult* result) {
    *function = reinterpret_cast<void*>(+[] { return 0; });
    if (result != nullptr) *result = cudaDriverEntryPointSuccess;
    return cudaSuccess;
}

// the driver itself, of which PyTorch asks only this
API int cuDevicePrimaryCtxGetState(int, unsigned* flags, int* active) {
    *flags = 0, *active = 1;
    return 0;
}
