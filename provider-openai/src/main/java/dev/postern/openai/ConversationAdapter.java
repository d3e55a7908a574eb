package dev.postern.openai;

import dev.postern.CacheMark;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolResult;
import dev.postern.openai.RequestRules.SystemMessages;
import dev.postern.openai.RequestRules.Turns;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites the messages of a request into messages that the server accepts. A message with tool results and other parts
 * is split: the results come first, the other parts follow in a user message. An assistant message without content is
 * left out, because the server would refuse it, and with it every later request of this conversation. Messages that only a
 * cache mark separates are joined if the server gets no marks.
 */
final class ConversationAdapter {
    private static final Content SEPARATOR = Content.text("\n\n");

    private final ServerProfile profile;
    private final ToolIds toolIds;
    private final CacheMarks marks;

    ConversationAdapter(ServerProfile profile, ToolIds toolIds, CacheMarks marks) {
        this.profile = profile;
        this.toolIds = toolIds;
        this.marks = marks;
    }

    /** Returns the messages in order. Each of them has only tool results, or none. */
    List<Message> of(String system, List<Message> messages) {
        List<Message> all = new ArrayList<>();
        if (!system.isEmpty()) {
            all.add(Message.system(system));
        }
        for (Message message : marks == CacheMarks.SENT ? messages : withoutMarks(messages)) {
            split(message, all);
        }
        List<Message> moved = withInstructionsMoved(all);
        return profile.rules().turns() == Turns.ALTERNATING ? joined(moved) : moved;
    }

    /** The messages without marks; the next message of the same role continues a marked one. */
    private static List<Message> withoutMarks(List<Message> messages) {
        if (messages.stream().allMatch(message -> message.cache() == CacheMark.NONE)) {
            return messages;
        }
        List<Message> joined = new ArrayList<>();
        boolean continues = false;
        for (Message message : messages) {
            Message last = joined.isEmpty() ? message : joined.get(joined.size() - 1);
            if (continues && last.role() == message.role() && last.name().equals(message.name())) {
                List<Content> parts = new ArrayList<>(last.parts());
                append(parts, message.parts());
                joined.set(joined.size() - 1, new Message(last.role(), parts, last.name()));
            } else {
                joined.add(message.cached(CacheMark.NONE));
            }
            continues = message.cache() != CacheMark.NONE;
        }
        return joined;
    }

    private void split(Message message, List<Message> all) {
        if (message.role() == Role.ASSISTANT) {
            if (hasContent(message)) {
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
            moveMedia(result, others);
        }
        for (Content part : message.parts()) {
            if (!(part instanceof ToolResult)) {
                others.add(part);
            }
        }
        if (!results.isEmpty()) {
            Message ofResults = Message.toolResults(results);
            all.add(others.isEmpty() ? ofResults.cached(message.cache()) : ofResults);
        }
        if (results.isEmpty() || !others.isEmpty()) {
            Role role = message.role() == Role.TOOL ? Role.USER : message.role();
            all.add(new Message(role, others, message.name(), message.cache()));
        }
    }

    /** Whether to send an assistant message. One with only reasoning is sent only if the server attached data to it. */
    private boolean hasContent(Message message) {
        for (Content part : message.parts()) {
            if (isContent(part)) {
                return true;
            }
        }
        return !ReasoningWriter.attached(message, profile).isEmpty();
    }

    private static boolean isContent(Content part) {
        return part instanceof Content.Text text ? !text.text().isBlank() : !(part instanceof Content.Reasoning);
    }

    /** A tool message may contain only text, so other parts of a result go into a user message that names the call. */
    private void moveMedia(ToolResult result, List<Content> others) {
        List<Content> media = result.content().stream()
                .filter(part -> !(part instanceof Content.Text))
                .toList();
        if (!media.isEmpty()) {
            others.add(Content.text("From the tool call " + toolIds.toWire(result.callId()) + ":"));
            others.addAll(media);
        }
    }

    /** Moves system and developer messages to where the server accepts them. */
    private List<Message> withInstructionsMoved(List<Message> all) {
        if (profile.rules().system() == SystemMessages.ANYWHERE) {
            return all;
        }
        List<Content> instructions = new ArrayList<>();
        List<Message> rest = new ArrayList<>();
        Role role = Role.DEVELOPER; // unless one of them is a system message
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

    /** Joins consecutive messages of one role, except tool results, each of which belongs to its own call. */
    private static List<Message> joined(List<Message> all) {
        List<Message> turns = new ArrayList<>();
        for (Message message : all) {
            Message last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
            if (last != null && last.role() == message.role() && last.role() != Role.TOOL) {
                List<Content> joined = new ArrayList<>(last.parts());
                append(joined, message.parts());
                String name = last.name().equals(message.name()) ? last.name() : "";
                turns.set(turns.size() - 1, new Message(last.role(), joined, name, message.cache()));
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
            parts.add(SEPARATOR);
        }
        parts.addAll(more);
    }
}
