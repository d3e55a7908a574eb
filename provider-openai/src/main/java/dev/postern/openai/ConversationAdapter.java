package dev.postern.openai;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolResult;
import dev.postern.openai.RequestRules.SystemMessages;
import dev.postern.openai.RequestRules.Turns;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of a request as the server accepts them. One of ours may become several: tool results are messages of their
 * own, and what stands beside the results follows them. A message of the assistant that says nothing is left out: it would be
 * refused, and with it every later request of the same conversation.
 */
final class ConversationAdapter {
    private static final Content BETWEEN = Content.text("\n\n");

    private final ServerProfile profile;
    private final ToolIds toolIds;

    ConversationAdapter(ServerProfile profile, ToolIds toolIds) {
        this.profile = profile;
        this.toolIds = toolIds;
    }

    /** The messages in order; each has results only, or none. */
    List<Message> of(String system, List<Message> messages) {
        List<Message> all = new ArrayList<>();
        if (!system.isEmpty()) {
            all.add(Message.system(system));
        }
        for (Message message : messages) {
            split(message, all);
        }
        List<Message> placed = placed(all);
        return profile.rules().turns() == Turns.ALTERNATING ? inTurns(placed) : placed;
    }

    private void split(Message message, List<Message> all) {
        if (message.role() == Role.ASSISTANT) {
            if (saysSomething(message)) {
                all.add(message);
            }
            return;
        }
        List<ToolResult> results = message.toolResults();
        if (results.isEmpty() && message.role() != Role.TOOL) {
            all.add(message);
            return;
        }
        List<Content> others = new ArrayList<>();
        for (ToolResult result : results) {
            shown(result, others);
        }
        for (Content part : message.parts()) {
            if (!(part instanceof ToolResult)) {
                others.add(part);
            }
        }
        if (!results.isEmpty()) {
            all.add(Message.toolResults(results));
        }
        if (results.isEmpty() || !others.isEmpty()) {
            all.add(new Message(message.role() == Role.TOOL ? Role.USER : message.role(), others, message.name()));
        }
    }

    /** Reasoning alone is nothing to send, unless the server attached data to it that it wants back. */
    private boolean saysSomething(Message message) {
        for (Content part : message.parts()) {
            if (isSaid(part)) {
                return true;
            }
        }
        return !ReasoningWriter.attached(message, profile).isEmpty();
    }

    private static boolean isSaid(Content part) {
        return part instanceof Content.Text text ? !text.text().isBlank() : !(part instanceof Content.Reasoning);
    }

    /** A tool message takes text alone, so what a tool shows is shown by the user, who says where it is from. */
    private void shown(ToolResult result, List<Content> others) {
        List<Content> shown = result.content().stream()
                .filter(part -> !(part instanceof Content.Text))
                .toList();
        if (!shown.isEmpty()) {
            others.add(Content.text("From the tool call " + toolIds.toWire(result.callId()) + ":"));
            others.addAll(shown);
        }
    }

    /** Instructions where the server accepts them. */
    private List<Message> placed(List<Message> all) {
        if (profile.rules().system() == SystemMessages.ANYWHERE) {
            return all;
        }
        List<Content> instructions = new ArrayList<>();
        List<Message> rest = new ArrayList<>();
        Role role = Role.DEVELOPER; // if none of them is of the system
        for (Message message : all) {
            if (message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER) {
                append(instructions, message.parts());
                role = message.role() == Role.SYSTEM ? Role.SYSTEM : role;
            } else {
                rest.add(message);
            }
        }
        if (instructions.isEmpty()) {
            return rest;
        }
        if (profile.rules().system() == SystemMessages.FIRST) {
            rest.add(0, new Message(role, instructions));
            return rest;
        }
        int user = 0;
        while (user < rest.size() && rest.get(user).role() != Role.USER) {
            user++;
        }
        if (user == rest.size()) {
            rest.add(0, new Message(Role.USER, instructions));
        } else {
            Message first = rest.get(user);
            append(instructions, first.parts());
            rest.set(user, new Message(Role.USER, instructions, first.name()));
        }
        return rest;
    }

    /** Neighbours of one role become one message. Results do not: each answers a call of its own. */
    private static List<Message> inTurns(List<Message> all) {
        List<Message> turns = new ArrayList<>();
        for (Message message : all) {
            Message last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
            if (last != null && last.role() == message.role() && last.role() != Role.TOOL) {
                List<Content> joined = new ArrayList<>(last.parts());
                append(joined, message.parts());
                String name = last.name().equals(message.name()) ? last.name() : "";
                turns.set(turns.size() - 1, new Message(last.role(), joined, name));
            } else {
                turns.add(message);
            }
        }
        return turns;
    }

    private static void append(List<Content> parts, List<Content> more) {
        boolean texts = !parts.isEmpty()
                && !more.isEmpty()
                && parts.get(parts.size() - 1) instanceof Content.Text
                && more.get(0) instanceof Content.Text;
        if (texts) {
            parts.add(BETWEEN);
        }
        parts.addAll(more);
    }
}
