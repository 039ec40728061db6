// PyTorch's operations on cards, carried out by those for processors when their turn comes.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/cuda/CUDAGeneratorImpl.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "queues.hpp"

using at::Tensor;
using c10::DispatchKey;
using c10::DispatchKeySet;
using c10::IValue;
using c10::OperatorHandle;
using Stack = torch::jit::Stack;

namespace {

// As they are, since all they do is done by the runtime, or by other operations.
const std::set<std::string> OF_PYTORCH = {
    "aten::empty.memory_format", "aten::empty_strided", "aten::as_strided", "aten::view",
    "aten::view.dtype", "aten::_reshape_alias", "aten::unfold", "aten::resize_", "aten::set_",
    "aten::set_.source_Storage", "aten::set_.source_Storage_storage_offset",
    "aten::set_.source_Tensor", "aten::is_set_to", "aten::_local_scalar_dense", "aten::equal",
    "aten::record_stream", "aten::is_pinned", "aten::_pin_memory", "aten::_efficientzerotensor"};

// Of several kernels, so that PyTorch has none of them for cards.
const std::set<std::string> OF_SEVERAL = {"aten::convolution", "aten::convolution_backward"};

// Whose results have a size that only their values tell.
const std::set<std::string> WAITING = {
    "aten::nonzero", "aten::masked_select", "aten::_unique2", "aten::unique_dim",
    "aten::unique_consecutive", "aten::bincount", "aten::repeat_interleave.Tensor"};

// Where a tensor of a card lies; like a kernel, a task knows no more of it.
struct Place {
    void* address;
    std::vector<int64_t> sizes, strides;
    at::ScalarType type;

    explicit Place(const Tensor& tensor)
        : address(tensor.data_ptr()), sizes(tensor.sizes().vec()),
          strides(tensor.strides().vec()), type(tensor.scalar_type()) {}

    Tensor near() const {
        return at::from_blob(address, sizes, strides, at::TensorOptions().dtype(type));
    }
};

// Neither autograd nor autocast nor Python hears of what is computed while this lives.
struct Below {
    at::AutoDispatchBelowADInplaceOrView below_autograd;
    c10::impl::ExcludeDispatchKeyGuard no_autocast{c10::autocast_dispatch_keyset};
    c10::impl::ExcludeDispatchKeyGuard no_python{
        DispatchKeySet({DispatchKey::Python, DispatchKey::PythonTLSSnapshot})};
};

template <typename Change>
IValue changed(const IValue& value, Change change) {
    if (value.isDevice()) return at::Device(at::kCPU);
    if (value.isTensor()) {
        Tensor tensor = value.toTensor();
        return tensor.defined() ? IValue(change(tensor)) : value;
    }
    if (value.isTensorList()) {
        c10::List<Tensor> list;
        for (const Tensor& each : value.toTensorVector()) list.push_back(change(each));
        return list;
    }
    if (value.isOptionalTensorList()) {
        c10::List<std::optional<Tensor>> list;
        for (const auto& each : value.toOptionalTensorVector())
            list.push_back(each && each->defined() ? std::optional<Tensor>(change(*each)) : each);
        return list;
    }
    return value;
}

template <typename Look>
void for_each_tensor(const std::vector<IValue>& values, Look look) {
    for (const IValue& each : values)
        changed(each, [&](const Tensor& tensor) {
            look(tensor);
            return tensor;
        });
}

void compute_near(const OperatorHandle& operation, Stack& stack) {
    Below below;
    operation.redispatchBoxed(DispatchKeySet(DispatchKey::CPU), &stack);
}

void ask(std::function<void()> action) {
    cudaStream_t stream = c10::cuda::getCurrentCUDAStream().stream();
    std::lock_guard<std::recursive_mutex> lock(card::mutex);
    cudaError_t error = card::ask(card::stream_of(stream), card::task(std::move(action)));
    TORCH_CHECK(error == cudaSuccess, "CUDA error: ", cudaGetErrorString(error));
}

// The random numbers of an operation, as its generator counts them.
struct Draws {
    int argument = -1;
    at::PhiloxCudaState state;

    Draws(const c10::FunctionSchema& schema, const std::vector<IValue>& values) {
        for (size_t each = 0; each < values.size(); each++)
            if (schema.arguments()[each].type()->str().find("Generator") != std::string::npos)
                argument = int(each);
        if (argument < 0) return;
        int64_t count = 1;
        for_each_tensor(values, [&](const Tensor& each) { count = std::max(count, each.numel()); });
        const IValue& given = values[argument];
        auto generator = at::get_generator_or_default<at::CUDAGeneratorImpl>(
            given.isNone() ? std::nullopt : std::optional(given.toGenerator()),
            at::cuda::detail::getDefaultCUDAGenerator());
        std::lock_guard<std::mutex> lock(generator->mutex_);
        state = generator->philox_cuda_state(uint64_t(count + 65535) / 65536 * 4);
    }

    // When the task runs: a recording's numbers go on each time.
    void give(Stack& stack) const {
        if (argument < 0) return;
        const uint64_t seed = state.captured_ ? uint64_t(*state.seed_.ptr) : state.seed_.val;
        const uint64_t offset = state.captured_
                                    ? uint64_t(*state.offset_.ptr) + state.offset_intragraph_
                                    : state.offset_.val;
        stack[argument] = at::detail::createCPUGenerator(seed * 1000003 + offset);
    }
};

// An operation as it is asked for.
class Call {
public:
    Call(const OperatorHandle& operation, Stack& stack)
        : operation_(operation), schema_(operation.schema()),
          name_(c10::toString(operation.operator_name())),
          values_(torch::jit::pop(stack, schema_.arguments().size())),
          waits_(waits()) {
        look_at_devices();
    }

    void carry_out(Stack& stack) {
        const Draws draws(schema_, values_);
        if (waits_) {
            c10::cuda::warn_or_error_on_sync();
            c10::cuda::stream_synchronize(c10::cuda::getCurrentCUDAStream());
        }
        Stack found = waits_ ? computed_now() : computed_on_zeros(draws);
        std::vector<std::vector<Place>> places;
        for (size_t each = 0; each < schema_.returns().size(); each++) {
            places.emplace_back();
            stack.push_back(result(each, found[each], places.back()));
        }
        if (!waits_) ask_for(draws, places);
    }

private:
    void look_at_devices() const {
        const bool indexes = name_.rfind("aten::index", 0) == 0;
        for_each_tensor(values_, [&](const Tensor& each) {
            if (each.is_cuda() || each.dim() == 0) return;
            // an index of the processor is waited for until it has come
            TORCH_CHECK(indexes, name_, ": expected all tensors to be on the same device");
            c10::cuda::warn_or_error_on_sync();
        });
    }

    bool waits() const {
        if (name_ != "aten::index.Tensor") return WAITING.count(name_) > 0;
        for (const auto& each : values_[1].toOptionalTensorVector())
            if (each && each->defined() && each->scalar_type() == at::kBool) return true;
        return false;
    }

    Stack computed_now() const {
        Stack stack;
        for (const IValue& each : values_)
            stack.push_back(changed(each, [](const Tensor& tensor) {
                return tensor.is_cuda() ? Place(tensor).near() : tensor;
            }));
        compute_near(operation_, stack);
        return stack;
    }

    // What the results will be like; those that are given get their sizes.
    Stack computed_on_zeros(const Draws& draws) const {
        std::vector<std::pair<Tensor, Tensor>> twins;
        Stack stack;
        for (const IValue& each : values_)
            stack.push_back(changed(each, [&](const Tensor& tensor) {
                Below below;
                if (!tensor.is_cuda()) return tensor.clone();
                auto options = at::TensorOptions().dtype(tensor.scalar_type());
                twins.emplace_back(
                    tensor, at::empty_strided(tensor.sizes(), tensor.strides(), options).zero_());
                return twins.back().second;
            }));
        if (draws.argument >= 0) stack[draws.argument] = at::detail::createCPUGenerator(0);
        compute_near(operation_, stack);
        Below below;
        for (auto& [tensor, twin] : twins)
            if (!tensor.sizes().equals(twin.sizes())) tensor.resize_(twin.sizes());
        return stack;
    }

    IValue result(size_t number, const IValue& found, std::vector<Place>& places) const {
        const c10::AliasInfo* alias = schema_.returns()[number].alias_info();
        if (alias != nullptr && alias->isWrite()) return argument_of(*alias);
        // a number is no tensor: nothing more is to be computed
        return changed(found, [&](const Tensor& near) {
            Below below;
            auto options = at::TensorOptions().dtype(near.scalar_type());
            Tensor far = at::empty_strided(
                near.sizes(), near.strides(),
                options.device(at::Device(at::kCUDA, c10::cuda::current_device())));
            if (waits_) far.copy_(near);
            places.emplace_back(far);
            return far;
        });
    }

    const IValue& argument_of(const c10::AliasInfo& alias) const {
        for (size_t each = 0; each < values_.size(); each++) {
            const c10::AliasInfo* other = schema_.arguments()[each].alias_info();
            if (other != nullptr && other->beforeSets() == alias.beforeSets()) return values_[each];
        }
        TORCH_CHECK(false, name_, ": no argument for its result");
    }

    void ask_for(const Draws& draws, const std::vector<std::vector<Place>>& places) const {
        std::vector<std::optional<Place>> far;
        std::vector<IValue> blank;
        for (const IValue& each : values_)
            blank.push_back(changed(each, [&](const Tensor& tensor) {
                if (!tensor.is_cuda()) {
                    far.emplace_back(std::nullopt);
                    return tensor.clone();
                }
                far.emplace_back(Place(tensor));
                return at::empty({0});
            }));
        ask([operation = operation_, blank, far, draws, places] {
            size_t next = 0;
            Stack stack;
            for (const IValue& each : blank)
                stack.push_back(changed(each, [&](const Tensor& tensor) {
                    const auto& place = far[next++];
                    return place ? place->near() : tensor;
                }));
            draws.give(stack);
            compute_near(operation, stack);
            Below below;
            for (size_t each = 0; each < places.size(); each++) {
                auto place = places[each].begin();
                if (!places[each].empty())
                    changed(stack[each], [&](const Tensor& found) {
                        return (place++)->near().copy_(found);
                    });
            }
        });
    }

    const OperatorHandle& operation_;
    const c10::FunctionSchema& schema_;
    const std::string name_;
    const std::vector<IValue> values_;
    const bool waits_;
};

void carry_out(const OperatorHandle& operation, DispatchKeySet, Stack* stack) {
    Call(operation, *stack).carry_out(*stack);
}

std::optional<c10::SafeKernelFunction> copy_of_pytorch;

// Between card and processor by PyTorch's own, once both sides are laid out alike.
Tensor& copy(Tensor& to, const Tensor& from, bool non_blocking) {
    Below below;
    if (to.numel() == 0) return to;
    if (to.is_cuda() && from.is_cuda()) {
        ask([to = Place(to), from = Place(from.expand_as(to))] {
            Below below;
            to.near().copy_(from.near());
        });
        return to;
    }
    const bool alike = to.sizes().equals(from.sizes()) && to.strides().equals(from.strides()) &&
                       to.is_non_overlapping_and_dense() && to.scalar_type() == from.scalar_type();
    if (alike) {
        Stack stack{to, from, non_blocking};
        static auto operation = c10::Dispatcher::singleton().findSchemaOrThrow("aten::copy_", "");
        copy_of_pytorch->callBoxed(operation, DispatchKeySet(DispatchKey::CUDA), &stack);
    } else if (from.is_cuda()) {
        Tensor laid = from.to(to.scalar_type()).expand_as(to).contiguous();
        to.is_contiguous() ? to.copy_(laid, non_blocking) : to.copy_(laid.cpu());
    } else {
        Tensor come = at::empty(from.sizes(), from.options().device(to.device()));
        to.copy_(come.copy_(from.contiguous(), non_blocking));
    }
    return to;
}

bool replaces(const OperatorHandle& operation, const std::string& name) {
    if (name.rfind("aten::", 0) != 0 || OF_PYTORCH.count(name) > 0) return false;
    if (OF_SEVERAL.count(name) > 0) return true;
    return operation.hasKernelForDispatchKey(DispatchKey::CUDA) &&
           !operation.hasKernelForDispatchKey(DispatchKey::CompositeImplicitAutograd);
}

// Lives as long as the process.
torch::Library* replaced() {
    auto& dispatcher = c10::Dispatcher::singleton();
    auto operation = dispatcher.findSchemaOrThrow("aten::copy_", "");
    copy_of_pytorch = operation.getComputedKernelForDispatchKey(DispatchKey::CUDA);
    auto* library =
        new torch::Library(torch::Library::IMPL, "aten", DispatchKey::CUDA, __FILE__, __LINE__);
    for (const auto& each : dispatcher.getAllOpNames()) {
        const std::string name = c10::toString(each);
        auto found = dispatcher.findSchema(each);
        if (found && replaces(*found, name))
            library->impl(name.c_str(), torch::CppFunction::makeFromBoxedFunction<&carry_out>());
    }
    library->impl("copy_", torch::CppFunction::makeFromUnboxedFunction(&copy));
    return library;
}

[[maybe_unused]] torch::Library* const library = replaced();

}  // namespace
