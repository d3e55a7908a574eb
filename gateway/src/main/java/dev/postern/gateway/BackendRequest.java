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
 * A caller's request as one backend gets it: with the model that this backend knows by the name, and, if it stands in for
 * another one, without what was meant for that one alone. These are fields of its API, a tool choice in its own form, and
 * what it signed or wants back in the conversation, which is of no use to others and is refused by some. {@link Route}
 * decides about its key, headers, query and credentials, since these do not go from one member of a group to the next.
 */
final class BackendRequest {
    private BackendRequest() {}

    /** The request for a backend; {@code options} are those that it gets. */
    static CompletionRequest of(CompletionRequest request, Backend backend, boolean standsIn, CallOptions options) {
        String model = model(request, backend, standsIn);
        ExtraPolicy extra = backend.policy().extra();
        if (!standsIn
                && request.provider().isEmpty()
                && model.equals(request.model())
                && extra.set().isEmpty()
                && !extra.touchesTypedFields()
                && options.equals(request.options())) {
            return request;
        }
        CompletionRequest.Builder adapted =
                request.toBuilder().provider("").model(model).options(options);
        extra.dropTwins(adapted);
        if (standsIn) {
            adapted.messages(request.messages().stream()
                            .flatMap(BackendRequest::neutral)
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

    /** The model that a backend is asked for; empty for its own default. */
    static String model(CompletionRequest request, Backend backend, boolean standsIn) {
        String asked = request.model();
        String alias = backend.policy().modelAliases().get(asked);
        if (alias != null) {
            return alias;
        }
        String own = backend.policy().fallbackModel();
        return standsIn && !own.isEmpty() ? own : asked;
    }

    /** Whether that model is the caller's choice: neither the default nor one of the operator's names. */
    static boolean isModelOfCaller(CompletionRequest request, Backend backend, boolean standsIn) {
        String asked = request.model();
        BackendPolicy policy = backend.policy();
        return !asked.isEmpty()
                && !policy.modelAliases().containsKey(asked)
                && !asked.equals(policy.fallbackModel())
                && !(standsIn && !policy.fallbackModel().isEmpty());
    }

    /** The message, or nothing if nothing of it is left. */
    private static Stream<Message> neutral(Message message) {
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
        return kept.isEmpty() ? Stream.empty() : Stream.of(new Message(message.role(), kept, message.name()));
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
