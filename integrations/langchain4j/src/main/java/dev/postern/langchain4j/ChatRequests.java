package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.internal.JsonSchemaElementJsonUtils;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Translates requests of Postern. What LangChain4j has no word for is refused, except what does not change the answer: signatures of
 * other servers, notes, and the timeouts of the options.
 */
final class ChatRequests {
    /** Keywords of JSON Schema that only explain. */
    private static final Set<String> EXPLANATIONS =
            Set.of("$schema", "$id", "$comment", "title", "examples", "default");

    private final String backend;

    ChatRequests(String backend) {
        this.backend = backend;
    }

    ChatRequest request(CompletionRequest request) {
        refuse(request);
        return ChatRequest.builder()
                .messages(new ChatMessages(backend).messages(request))
                .parameters(parameters(request))
                .build();
    }

    private ChatRequestParameters parameters(CompletionRequest request) {
        List<ToolDefinition> tools = request.tools();
        dev.langchain4j.model.chat.request.ToolChoice choice = null;
        if (request.toolChoice().orElse(null) instanceof ToolChoice.Mode mode) {
            choice = switch (mode) {
                case AUTO -> dev.langchain4j.model.chat.request.ToolChoice.AUTO;
                case ANY -> dev.langchain4j.model.chat.request.ToolChoice.REQUIRED;
                case NONE -> dev.langchain4j.model.chat.request.ToolChoice.NONE;
            };
        } else if (request.toolChoice().orElse(null) instanceof ToolChoice.Named named) { // the same in other words
            tools = tools.stream()
                    .filter(tool -> tool.name().equals(named.tool()))
                    .toList();
            choice = dev.langchain4j.model.chat.request.ToolChoice.REQUIRED;
        }
        return ChatRequestParameters.builder()
                .modelName(request.model().isEmpty() ? null : request.model())
                .temperature(number(request.temperature()))
                .topP(number(request.topP()))
                .frequencyPenalty(number(request.frequencyPenalty()))
                .presencePenalty(number(request.presencePenalty()))
                .maxOutputTokens(
                        request.maxTokens().isPresent() ? request.maxTokens().getAsInt() : null)
                .stopSequences(request.stop())
                .toolSpecifications(tools(tools))
                .toolChoice(choice)
                .responseFormat(request.responseFormat().map(this::format).orElse(null))
                .build();
    }

    private static @Nullable Double number(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private void refuse(CompletionRequest request) {
        refuse(request.seed().isPresent(), "seed");
        refuse(!request.reasoningEffort().isEmpty(), "reasoningEffort");
        refuse(request.parallelToolCalls().isPresent(), "parallelToolCalls");
        refuse(!request.extra().isEmpty(), "extra");
        refuse(!request.requestMetadata().isEmpty(), "requestMetadata");
        refuse(request.toolChoice().orElse(null) instanceof ToolChoice.Vendor, "toolChoice in the server's own form");
        CallOptions options = request.options();
        refuse(!options.headers().isEmpty(), "headers of options");
        refuse(!options.query().isEmpty(), "query of options");
        refuse(!options.apiKey().isEmpty() || !options.credentials().isEmpty(), "key of options");
    }

    private void refuse(boolean isSet, String field) {
        if (isSet) {
            throw unsupported(
                    backend,
                    "The " + field + " of a request is not supported by LangChain4j's models; set it on the model.");
        }
    }

    static LlmException unsupported(String backend, String sentence) {
        return LlmException.builder(LlmException.Kind.UNSUPPORTED, sentence)
                .backend(backend)
                .refusedBeforeSending(true)
                .build();
    }

    private List<ToolSpecification> tools(List<ToolDefinition> tools) {
        List<ToolSpecification> specifications = new ArrayList<>();
        for (ToolDefinition tool : tools) {
            if (!(schema(tool.name(), tool.inputSchema()) instanceof JsonObjectSchema parameters)) {
                throw unsupported(
                        backend,
                        "The schema of the tool '" + tool.name()
                                + "' is not supported by LangChain4j: its top level may have type, description, properties,"
                                + " required, additionalProperties and $defs only.");
            }
            specifications.add(ToolSpecification.builder()
                    .name(tool.name())
                    .description(tool.description().isEmpty() ? null : tool.description())
                    .parameters(parameters)
                    .strict(tool.strict() ? Boolean.TRUE : null)
                    .build());
        }
        return specifications;
    }

    private ResponseFormat format(dev.postern.ResponseFormat format) {
        ResponseFormat.Builder builder = ResponseFormat.builder().type(ResponseFormatType.JSON);
        if (format instanceof dev.postern.ResponseFormat.JsonSchema schema) {
            builder.jsonSchema(JsonSchema.builder()
                    .name(schema.name())
                    .rootElement(schema(schema.name(), schema.schema()))
                    .build());
        }
        return builder.build();
    }

    /** LangChain4j's form of a schema; a raw one where it has none. */
    private JsonSchemaElement schema(String name, Map<String, @Nullable Object> schema) {
        Map<String, @Nullable Object> kept = new LinkedHashMap<>(schema);
        kept.keySet().removeAll(EXPLANATIONS);
        try {
            return JsonSchemaElementJsonUtils.fromMap(kept);
        } catch (IllegalArgumentException e) {
            throw LlmException.builder(
                            LlmException.Kind.INVALID_REQUEST,
                            "The schema '" + name + "' is not a JSON schema: " + e.getMessage())
                    .backend(backend)
                    .refusedBeforeSending(true)
                    .cause(e)
                    .build();
        }
    }
}
