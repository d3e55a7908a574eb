package dev.postern.benchmarks.subject;

import java.net.URI;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Spring AI's model of OpenAI. It joins the pieces of a tool's arguments and delivers them as one. */
final class SpringAiSubject implements Subject {
    private final OpenAiChatModel chat;
    private final String address;

    SpringAiSubject(URI server) {
        address = server.resolve("/v1").toString();
        chat = OpenAiChatModel.builder().options(options("none")).build();
    }

    private OpenAiChatOptions options(String model) {
        OpenAiChatOptions.Builder options = new OpenAiChatOptions.Builder();
        options.baseUrl(address);
        options.apiKey("key");
        options.model(model);
        options.streamUsage(true);
        return options.build();
    }

    private Prompt prompt(String model) {
        return new Prompt(FloorSubject.PROMPT, options(model));
    }

    @Override
    public void stream(String model, Ear ear) {
        var unused =
                chat.stream(prompt(model)).subscribe(response -> tell(response, ear), ear::end, () -> ear.end(null));
    }

    private static void tell(ChatResponse response, Ear ear) {
        for (Generation generation : response.getResults()) {
            AssistantMessage message = generation.getOutput();
            String text = message.getText();
            if (text != null && !text.isEmpty()) {
                ear.text(text);
            }
            for (AssistantMessage.ToolCall call : message.getToolCalls()) {
                ear.text(call.arguments());
            }
        }
    }

    @Override
    public String ask(String model) {
        Generation generation = chat.call(prompt(model)).getResult();
        String text = generation == null ? null : generation.getOutput().getText();
        return text == null ? "" : text;
    }
}
