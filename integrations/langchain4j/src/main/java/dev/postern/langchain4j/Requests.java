package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.ToolDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Translates requests of LangChain4j. */
final class Requests {
    private final Schemas schemas;

    Requests(Schemas schemas) {
        this.schemas = schemas;
    }

    /** The request in Postern's words. */
    CompletionRequest request(ChatRequest request) {
        ChatRequestParameters parameters = request.parameters();
        check(parameters);
        try {
            CompletionRequest.Builder builder =
                    CompletionRequest.builder().messages(Messages.messages(request.messages()));
            common(parameters, builder);
            if (parameters instanceof PosternChatRequestParameters own) {
                own(own, builder);
            }
            return builder.build();
        } catch (RuntimeException e) { // of Postern's checks
            throw Failures.thrown(e);
        }
    }

    /** Refuses parameters that Postern does not have. */
    void check(ChatRequestParameters parameters) {
        if (parameters.topK() != null) {
            throw new UnsupportedFeatureException(
                    "The parameter 'topK' is not supported by Postern, because servers name"
                            + " it differently; set the server's own field with PosternChatRequestParameters.extra.");
        }
    }

    private void common(ChatRequestParameters parameters, CompletionRequest.Builder builder) {
        builder.model(Objects.requireNonNullElse(parameters.modelName(), ""))
                .temperature(parameters.temperature())
                .topP(parameters.topP())
                .frequencyPenalty(parameters.frequencyPenalty())
                .presencePenalty(parameters.presencePenalty())
                .maxTokens(parameters.maxOutputTokens())
                .tools(tools(parameters.toolSpecifications()))
                .toolChoice(toolChoice(parameters.toolChoice()))
                .responseFormat(schemas.responseFormat(parameters.responseFormat()));
        List<String> stop = parameters.stopSequences();
        if (stop != null) {
            builder.stop(stop.toArray(String[]::new));
        }
    }

    private static void own(PosternChatRequestParameters own, CompletionRequest.Builder builder) {
        builder.backend(Objects.requireNonNullElse(own.backend(), ""))
                .seed(own.seed())
                .reasoningEffort(Objects.requireNonNullElse(own.reasoningEffort(), ""))
                .parallelToolCalls(own.parallelToolCalls())
                .extra(own.extra())
                .requestMetadata(own.requestMetadata())
                .notes(own.notes())
                .context(Objects.requireNonNullElse(own.context(), CallContext.NONE))
                .options(Objects.requireNonNullElse(own.options(), CallOptions.NONE));
    }

    private List<ToolDefinition> tools(@Nullable List<ToolSpecification> specifications) {
        List<ToolDefinition> tools = new ArrayList<>();
        if (specifications != null) {
            for (ToolSpecification specification : specifications) {
                tools.add(schemas.tool(specification));
            }
        }
        return tools;
    }

    private static dev.postern.@Nullable ToolChoice toolChoice(@Nullable ToolChoice choice) {
        if (choice == null) {
            return null;
        }
        return switch (choice) {
            case AUTO -> dev.postern.ToolChoice.AUTO;
            case REQUIRED -> dev.postern.ToolChoice.ANY;
            case NONE -> dev.postern.ToolChoice.NONE;
        };
    }
}
