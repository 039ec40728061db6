// What the functions of the CUDA runtime have in common; what each does is said in NVIDIA's
// CUDA Runtime API.
#pragma once

#include "queues.hpp"

#define API extern "C" __attribute__((visibility("default")))
#define LOCKED std::lock_guard<std::recursive_mutex> lock(card::mutex)
#define UNLESS_RECORDING(call) \
    LOCKED;                    \
    if (card::disturbs(call)) return cudaErrorStreamCaptureUnsupported
