package dev.postern.springai;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.Message;
import dev.postern.ResponseFormat;
import dev.postern.ToolDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;

/** A prompt as a request. Immutable. */
final class RequestMapper {
    private final PosternChatOptions defaults;
    private final ToolCallingManager tools;

    RequestMapper(PosternChatOptions defaults, ToolCallingManager tools) {
        this.defaults = defaults;
        this.tools = tools;
    }

    /**
     * The prompt with the options that apply: Postern's own as they are, as all models of Spring AI do, and any other ones over the
     * defaults of the model.
     */
    Prompt withOptions(Prompt prompt) {
        ChatOptions given = prompt.getOptions();
        if (given instanceof PosternChatOptions) {
            return prompt;
        }
        PosternChatOptions options = given == null ? defaults : over(given);
        return new Prompt(prompt.getInstructions(), options);
    }

    private PosternChatOptions over(ChatOptions given) {
        PosternChatOptions.Builder builder = defaults.mutate();
        builder.model(either(given.getModel(), defaults.getModel()))
                .temperature(either(given.getTemperature(), defaults.getTemperature()))
                .topP(either(given.getTopP(), defaults.getTopP()))
                .topK(either(given.getTopK(), defaults.getTopK()))
                .maxTokens(either(given.getMaxTokens(), defaults.getMaxTokens()))
                .presencePenalty(either(given.getPresencePenalty(), defaults.getPresencePenalty()))
                .frequencyPenalty(either(given.getFrequencyPenalty(), defaults.getFrequencyPenalty()))
                .stopSequences(either(given.getStopSequences(), defaults.getStopSequences()));
        if (given instanceof ToolCallingChatOptions calling) {
            builder.toolCallbacks(either(calling.getToolCallbacks(), defaults.getToolCallbacks()));
            if (calling.getToolContext() != null) {
                builder.toolContext(calling.getToolContext());
            }
        }
        if (given instanceof StructuredOutputChatOptions structured) {
            builder.outputSchema(either(structured.getOutputSchema(), defaults.getOutputSchema()));
        }
        return builder.build();
    }

    private static <T> @Nullable T either(@Nullable T given, @Nullable T otherwise) {
        return given == null ? otherwise : given;
    }

    /**
     * The request of a prompt that has its options.
     *
     * @param outer what Reactor's context has as the context of the call; null for none
     */
    CompletionRequest request(Prompt prompt, @Nullable Object outer) {
        PosternChatOptions options = (PosternChatOptions) Objects.requireNonNull(prompt.getOptions(), "options");
        OwnFields own = options.own;
        CompletionRequest.Builder request = CompletionRequest.builder()
                .temperature(options.getTemperature())
                .topP(options.getTopP())
                .maxTokens(options.getMaxTokens())
                .presencePenalty(options.getPresencePenalty())
                .frequencyPenalty(options.getFrequencyPenalty())
                .toolChoice(own.toolChoice)
                .parallelToolCalls(own.parallelToolCalls)
                .seed(own.seed)
                .responseFormat(own.outputSchema == null ? own.responseFormat : format(own.outputSchema))
                .requestMetadata(own.requestMetadata)
                .notes(own.notes)
                .extra(extra(options))
                .context(context(options, outer));
        if (options.getModel() != null) {
            request.model(options.getModel());
        }
        if (options.getStopSequences() != null) {
            request.stop(options.getStopSequences().toArray(String[]::new));
        }
        if (own.backend != null) {
            request.backend(own.backend);
        }
        if (own.reasoningEffort != null) {
            request.reasoningEffort(own.reasoningEffort);
        }
        if (own.callOptions != null) {
            request.options(own.callOptions);
        }
        tools.resolveToolDefinitions(options).forEach(tool -> request.tool(definition(tool)));
        addMessages(request, prompt.getInstructions());
        return request.build();
    }

    /** A system message that begins the conversation becomes the system prompt. */
    private static void addMessages(
            CompletionRequest.Builder request, List<org.springframework.ai.chat.messages.Message> given) {
        boolean first = true;
        for (org.springframework.ai.chat.messages.Message each : given) {
            if (first && each instanceof SystemMessage && given.size() > 1) {
                request.system(MessageReader.text(each));
            } else {
                Message message = MessageReader.message(each);
                if (message != null) {
                    request.message(message);
                }
            }
            first = false;
        }
    }

    private static Map<String, @Nullable Object> extra(PosternChatOptions options) {
        if (options.getTopK() == null || options.own.extra.containsKey("top_k")) {
            return options.own.extra;
        }
        Map<String, @Nullable Object> extra = new LinkedHashMap<>(options.own.extra);
        extra.put("top_k", options.getTopK());
        return extra;
    }

    private static CallContext context(PosternChatOptions options, @Nullable Object outer) {
        if (options.own.callContext != null) {
            return options.own.callContext;
        }
        if (outer instanceof CallContext given) {
            return given;
        }
        Map<String, Object> tools = options.getToolContext();
        return tools != null && tools.get(PosternChatModel.CALL_CONTEXT) instanceof CallContext given
                ? given
                : CallContext.NONE;
    }

    private static ResponseFormat format(String schema) {
        Map<String, @Nullable Object> read = MessageReader.object(schema);
        if (read == null) {
            throw Refusals.invalid("The output schema of the options is not a JSON object; pass a JSON Schema.");
        }
        return ResponseFormat.jsonSchema("response", read);
    }

    private static ToolDefinition definition(org.springframework.ai.tool.definition.ToolDefinition tool) {
        if (tool instanceof OfferedTool.Offered offered) {
            return offered.tool();
        }
        String schema = Objects.requireNonNullElse(tool.inputSchema(), "");
        Map<String, @Nullable Object> read = schema.isBlank() ? Map.of() : MessageReader.object(schema);
        if (read == null) {
            throw Refusals.invalid(
                    "The input schema of the tool '" + tool.name() + "' is not a JSON object; pass a JSON Schema.");
        }
        return new ToolDefinition(tool.name(), Objects.requireNonNullElse(tool.description(), ""), read);
    }
}
