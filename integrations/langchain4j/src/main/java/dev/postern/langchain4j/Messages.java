package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.List;

/** Translates the messages of a LangChain4j request. Not thread-safe. */
final class Messages {
    private final List<Message> messages = new ArrayList<>();
    private final List<ToolResult> results = new ArrayList<>(); // of one turn, which is one message
    private final CallIds ids = new CallIds();

    private Messages() {}

    static List<Message> messages(List<ChatMessage> all) {
        Messages translated = new Messages();
        all.forEach(translated::add);
        translated.endTurn();
        return translated.messages;
    }

    private void add(ChatMessage message) {
        if (message instanceof ToolExecutionResultMessage result) {
            results.add(result(result));
            return;
        }
        endTurn();
        if (message instanceof SystemMessage system) {
            messages.add(Message.system(system.text()));
        } else if (message instanceof UserMessage user) {
            messages.add(user(user));
        } else if (message instanceof AiMessage answer) {
            messages.add(answer(answer));
        } else {
            throw new UnsupportedFeatureException("A message of type " + message.type()
                    + " is not supported by Postern; use messages of the system, the user, the model and tools.");
        }
    }

    private void endTurn() {
        if (!results.isEmpty()) {
            messages.add(Message.toolResults(results));
            results.clear();
        }
    }

    private static Message user(UserMessage user) {
        Message message = new Message(Role.USER, Contents.parts(user.contents()));
        return user.name() == null ? message : message.withName(user.name());
    }

    private Message answer(AiMessage answer) {
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (ToolExecutionRequest call : answer.toolExecutionRequests()) {
            calls.add(ids.called(call));
        }
        return new Message(Role.ASSISTANT, AnswerParts.parts(answer, calls));
    }

    private ToolResult result(ToolExecutionResultMessage result) {
        boolean failed = Boolean.TRUE.equals(result.isError());
        return new ToolResult(ids.answered(result), Contents.parts(result.contents()), failed);
    }
}
