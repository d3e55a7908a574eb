package dev.postern.gateway;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Adapts a caller's request to one backend. The model is replaced by the backend's model for this name. A fallback gets no
 * data that only the first backend understands: extra fields, a vendor's tool choice, and signed or opaque parts of the
 * conversation, which some servers refuse. {@link Route} selects key, headers, query and credentials, since these must not
 * go from one member of a group to the next.
 */
final class BackendRequest {
    private BackendRequest() {}

    /** The request for a backend, with these options. */
    static CompletionRequest of(CompletionRequest request, Backend backend, boolean isFallback, CallOptions options) {
        String model = model(request, backend, isFallback);
        ExtraPolicy extra = backend.policy().extra();
        if (!isFallback
                && request.backend().isEmpty()
                && model.equals(request.model())
                && extra.set().isEmpty()
                && !extra.restrictsTypedFields()
                && options.equals(request.options())) {
            return request;
        }
        CompletionRequest.Builder adapted =
                request.toBuilder().backend("").model(model).options(options);
        extra.removeTypedFields(adapted);
        if (isFallback) {
            adapted.messages(request.messages().stream()
                            .flatMap(BackendRequest::withoutBoundParts)
                            .toList())
                    .extra(extra.set());
            if (request.toolChoice().filter(ToolChoice.Vendor.class::isInstance).isPresent()) {
                adapted.toolChoice(null);
            }
        } else {
            adapted.extra(extra.merged(request.extra()));
        }
        return adapted.build();
    }

    /** The model in the request to a backend; empty for the backend's default. */
    static String model(CompletionRequest request, Backend backend, boolean isFallback) {
        String asked = request.model();
        String alias = backend.policy().modelAliases().get(asked);
        if (alias != null) {
            return alias;
        }
        String own = backend.policy().fallbackModel();
        return isFallback && !own.isEmpty() ? own : asked;
    }

    /** Whether the caller chose this model: it is neither the default nor a name that the operator configured. */
    static boolean isModelOfCaller(CompletionRequest request, Backend backend, boolean isFallback) {
        String asked = request.model();
        BackendPolicy policy = backend.policy();
        return !asked.isEmpty()
                && !policy.modelAliases().containsKey(asked)
                && !asked.equals(policy.fallbackModel())
                && !(isFallback && !policy.fallbackModel().isEmpty());
    }

    /** The message without the parts that are bound to a backend; nothing if no part is left. */
    private static Stream<Message> withoutBoundParts(Message message) {
        if (message.parts().stream().noneMatch(BackendRequest::isBound)) {
            return Stream.of(message);
        }
        List<Content> kept = new ArrayList<>();
        for (Content part : message.parts()) {
            if (!isBound(part)) {
                kept.add(part);
            } else if (part instanceof ToolCall call) {
                kept.add(call.with(ProviderData.NONE));
            } else if (part instanceof Content.Reasoning thought
                    && !thought.text().isEmpty()) {
                kept.add(Content.Reasoning.of(thought.text()));
            }
        }
        return kept.isEmpty()
                ? Stream.empty()
                : Stream.of(new Message(message.role(), kept, message.name(), message.cache()));
    }

    private static boolean isBound(Content part) {
        if (part instanceof ToolCall call) {
            return !call.providerData().isEmpty();
        }
        return part instanceof Content.Reasoning thought
                && !(thought.signature().isEmpty()
                        && thought.redacted().isEmpty()
                        && thought.providerData().isEmpty());
    }
}
