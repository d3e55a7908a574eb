package dev.postern.springai;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/** The fields of a request as options of a chat model: the model's own options, over which the request's are laid. */
final class OptionsWriter {
    private final @Nullable BiConsumer<CompletionRequest, ChatOptions.Builder<?>> customizer;

    /** Sets options of the model's own type; null if there is nothing to set. */
    OptionsWriter(@Nullable BiConsumer<CompletionRequest, ChatOptions.Builder<?>> customizer) {
        this.customizer = customizer;
    }

    ChatOptions options(CompletionRequest request, ChatOptions defaults) {
        ChatOptions.Builder<?> builder = defaults.mutate();
        portable(request, builder);
        List<String> missing = new ArrayList<>();
        tools(request, builder, missing);
        format(request, builder, missing);
        if (builder instanceof PosternChatOptions.Builder own) {
            own(request, own);
        } else {
            // An own key that is not used would charge somebody else, so this is not left to the customizer.
            add(missing, hasCredentials(request.options()), "keys, headers or query parameters");
            if (customizer == null) {
                rest(request, missing);
            }
        }
        if (!missing.isEmpty()) {
            throw Refusals.unsupported("The options of this chat model have no place for " + String.join(", ", missing)
                    + " of the request; leave that out, or set it with ChatModelProvider.Builder.options.");
        }
        if (customizer != null) {
            customizer.accept(request, builder);
        }
        return builder.build();
    }

    private static void portable(CompletionRequest request, ChatOptions.Builder<?> builder) {
        if (!request.model().isEmpty()) {
            builder.model(request.model());
        }
        if (request.maxTokens().isPresent()) {
            builder.maxTokens(request.maxTokens().getAsInt());
        }
        if (!request.stop().isEmpty()) {
            builder.stopSequences(request.stop());
        }
        ifPresent(request.temperature(), builder::temperature);
        ifPresent(request.topP(), builder::topP);
        ifPresent(request.presencePenalty(), builder::presencePenalty);
        ifPresent(request.frequencyPenalty(), builder::frequencyPenalty);
    }

    private static void ifPresent(OptionalDouble value, Consumer<Double> setter) {
        if (value.isPresent()) {
            setter.accept(value.getAsDouble());
        }
    }

    private static void tools(CompletionRequest request, ChatOptions.Builder<?> builder, List<String> missing) {
        boolean none = request.toolChoice().filter(ToolChoice.NONE::equals).isPresent();
        List<ToolCallback> offered = new ArrayList<>();
        if (!none) {
            request.tools().forEach(tool -> offered.add(OfferedTool.of(tool)));
        }
        if (builder instanceof ToolCallingChatOptions.Builder<?> calling) {
            calling.toolCallbacks(offered); // in place of the model's own, which the caller does not know
        } else if (!offered.isEmpty()) {
            missing.add("tools");
        }
    }

    private static void format(CompletionRequest request, ChatOptions.Builder<?> builder, List<String> missing) {
        ResponseFormat format = request.responseFormat().orElse(null);
        if (format != null && builder instanceof PosternChatOptions.Builder own) {
            own.outputSchema(null); // it would replace the format, which has a name and may be strict
        } else if (format instanceof ResponseFormat.JsonSchema schema
                && builder instanceof StructuredOutputChatOptions.Builder<?> structured) {
            structured.outputSchema(Json.text(schema.schema()));
        } else if (format != null) {
            missing.add("a response format");
        }
    }

    private static boolean hasCredentials(CallOptions options) {
        return !(options.apiKey().isEmpty()
                && options.headers().isEmpty()
                && options.query().isEmpty()
                && options.credentials().isEmpty());
    }

    private static void own(CompletionRequest request, PosternChatOptions.Builder builder) {
        request.toolChoice().ifPresent(builder::toolChoice);
        request.parallelToolCalls().ifPresent(builder::parallelToolCalls);
        request.responseFormat().ifPresent(builder::responseFormat);
        if (request.seed().isPresent()) {
            builder.seed(request.seed().getAsLong());
        }
        if (!request.reasoningEffort().isEmpty()) {
            builder.reasoningEffort(request.reasoningEffort());
        }
        if (!request.requestMetadata().isEmpty()) {
            builder.requestMetadata(request.requestMetadata());
        }
        if (!request.extra().isEmpty()) {
            builder.extra(request.extra());
        }
        if (!request.notes().isEmpty()) {
            builder.notes(request.notes());
        }
        if (!request.options().equals(CallOptions.NONE)) {
            builder.callOptions(request.options());
        }
        if (request.context() != CallContext.NONE) {
            builder.callContext(request.context());
        }
    }

    /** Seed, reasoning effort, parallel calls and metadata are hints, and are left out. */
    private static void rest(CompletionRequest request, List<String> missing) {
        ToolChoice choice = request.toolChoice().orElse(ToolChoice.AUTO);
        if (choice != ToolChoice.AUTO && choice != ToolChoice.NONE) {
            missing.add("a tool choice");
        }
        add(missing, !request.extra().isEmpty(), "extra fields");
    }

    private static void add(List<String> missing, boolean isSet, String what) {
        if (isSet) {
            missing.add(what);
        }
    }
}
