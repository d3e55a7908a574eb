package dev.postern.benchmarks.subject;

import java.util.function.Function;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/** A program of Spring AI, over its own model or another one. The pieces of a tool's arguments come as one. */
final class SpringAiSubject implements Subject {
    private final ChatModel chat;
    private final Function<String, ChatOptions> options;

    /** The options are made of the name of a model. */
    SpringAiSubject(ChatModel chat, Function<String, ChatOptions> options) {
        this.chat = chat;
        this.options = options;
    }

    private Prompt prompt(String model) {
        return new Prompt(FloorSubject.PROMPT, options.apply(model));
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
