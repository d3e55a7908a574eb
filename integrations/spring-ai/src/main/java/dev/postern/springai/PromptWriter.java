package dev.postern.springai;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;

/** The messages of one request as messages of Spring AI. */
final class PromptWriter {
    private static final String ERROR = "Error";

    private final String origin;
    private final List<org.springframework.ai.chat.messages.Message> written = new ArrayList<>();
    /** The tools of calls by their ids, as Spring AI's results name them. */
    private final Map<String, String> tools = new HashMap<>();

    private PromptWriter(String origin) {
        this.origin = origin;
    }

    /** The messages. Data of other origins than this one is left out. */
    static List<org.springframework.ai.chat.messages.Message> messages(CompletionRequest request, String origin) {
        PromptWriter writer = new PromptWriter(origin);
        if (!request.system().isEmpty()) {
            writer.written.add(new SystemMessage(request.system()));
        }
        request.messages().forEach(writer::write);
        return writer.written;
    }

    private void write(Message message) {
        switch (message.role()) {
            case SYSTEM, DEVELOPER -> written.add(new SystemMessage(message.text()));
            case ASSISTANT -> written.add(assistant(message));
            case USER, TOOL -> {
                writeResults(message.toolResults());
                List<Media> media = ResponseWriter.media(message.parts());
                if (message.toolResults().isEmpty() || !message.text().isEmpty() || !media.isEmpty()) {
                    written.add(UserMessage.builder()
                            .text(message.text())
                            .media(media)
                            .build());
                }
            }
        }
    }

    private void writeResults(List<ToolResult> results) {
        List<ToolResponseMessage.ToolResponse> responses = new ArrayList<>();
        for (ToolResult result : results) {
            if (!result.content().stream().allMatch(part -> part instanceof Content.Text)) {
                throw Refusals.unsupported(
                        "Spring AI's tool results are text, and a result of this request has images or documents;"
                                + " put them into a message of the user.");
            }
            String tool = tools.getOrDefault(result.callId(), "");
            responses.add(new ToolResponseMessage.ToolResponse(result.callId(), tool, text(result)));
        }
        if (!responses.isEmpty()) {
            written.add(ToolResponseMessage.builder().responses(responses).build());
        }
    }

    /** Spring AI has no mark for a failure, so the text says so. */
    private static String text(ToolResult result) {
        String text = result.text();
        return result.isError() && !text.startsWith(ERROR) ? ERROR + ": " + text : text;
    }

    private AssistantMessage assistant(Message message) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Content part : message.parts()) {
            if (part instanceof Content.Reasoning thought) {
                ProviderData data = thought.providerData();
                if (data.isFrom(origin)) {
                    properties.putAll(CarriedMetadata.restored(data));
                }
            } else if (part instanceof ToolCall call) {
                tools.put(call.id(), call.name());
            }
        }
        if (!message.reasoning().isEmpty()) {
            properties.put(PosternChatModel.REASONING, message.reasoning());
        }
        return AssistantMessage.builder()
                .content(message.text())
                .properties(properties)
                .toolCalls(
                        message.toolCalls().stream().map(ResponseWriter::call).toList())
                .media(ResponseWriter.media(message.parts()))
                .build();
    }
}
