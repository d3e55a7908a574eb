package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks that a request is a conversation that both kinds of backends accept unchanged. */
final class ConversationChecks {
    private ConversationChecks() {}

    static void check(CompletionRequest request) {
        List<Message> messages = request.messages();
        assertThat(messages.get(messages.size() - 1).role()).isIn(Role.USER, Role.TOOL);
        resultsFollowTheirCalls(messages);
        idsAreUnique(messages);
        rolesAlternate(messages);
    }

    /** OpenAI: the results of exactly its calls follow a message with calls, and there are no other results. */
    private static void resultsFollowTheirCalls(List<Message> messages) {
        List<String> open = List.of();
        for (Message message : messages) {
            List<String> answered =
                    message.toolResults().stream().map(ToolResult::callId).toList();
            assertThat(answered)
                    .as("results of the calls of the message before, in their order")
                    .isEqualTo(open);
            open = message.toolCalls().stream().map(ToolCall::id).toList();
        }
        assertThat(open).as("calls without results").isEmpty();
    }

    /** Bedrock: call ids are unique in a conversation. */
    private static void idsAreUnique(List<Message> messages) {
        Set<String> ids = new HashSet<>();
        for (Message message : messages) {
            message.toolCalls()
                    .forEach(
                            call -> assertThat(ids.add(call.id())).as(call.id()).isTrue());
        }
    }

    /**
     * Bedrock: with neighbours of one role merged and empty messages left out, the user is first and the roles
     * alternate.
     */
    private static void rolesAlternate(List<Message> messages) {
        List<Boolean> sides = new ArrayList<>();
        for (Message message : messages) {
            boolean speaks = message.parts().stream().anyMatch(ConversationChecks::hasContent);
            boolean assistant = message.role() == Role.ASSISTANT;
            boolean merged = !sides.isEmpty() && sides.get(sides.size() - 1) == assistant;
            if (speaks && !merged) {
                sides.add(assistant);
            }
        }
        assertThat(sides.get(0)).as("the assistant begins").isFalse();
        assertThat(sides.get(sides.size() - 1)).as("the assistant ends").isFalse();
        for (Message message : messages) {
            boolean mixed = message.role() != Role.ASSISTANT
                    && !message.toolResults().isEmpty()
                    && message.toolResults().size() != message.parts().size();
            assertThat(mixed).as("results beside other content").isFalse();
        }
    }

    private static boolean hasContent(Content part) {
        return !(part instanceof Content.Text text) || !text.text().isBlank();
    }
}
