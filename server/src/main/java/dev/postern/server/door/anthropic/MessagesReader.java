package dev.postern.server.door.anthropic;

import dev.postern.CacheMark;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.server.door.Body;
import dev.postern.server.door.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads the system prompt and the messages. Results of tools become a message of their own, before the rest of the user's
 * message. A cache mark ends a message, so a prompt or a user's message with marks inside becomes several; in a message of the
 * assistant, and among results, it moves to the end.
 */
final class MessagesReader {
    private final Predicate<String> origins;
    private final List<Message> messages = new ArrayList<>();

    /**
     * Creates a reader of one request.
     *
     * @param origins tells whether a backend is among those that the request goes to
     */
    MessagesReader(Predicate<String> origins) {
        this.origins = origins;
    }

    /** All messages; those of the system prompt come first, if it has cache marks. */
    List<Message> read(Body request) {
        if (request.list("messages").isEmpty()) {
            throw request.wrong("messages", "must be a list of at least one message");
        }
        if (isMarked(request)) {
            addSystem(request);
        }
        request.objects("messages").forEach(this::add);
        CacheMark ofAll = BlockReader.mark(request);
        if (ofAll != CacheMark.NONE) {
            messages.add(messages.remove(messages.size() - 1).cached(ofAll));
        }
        return messages;
    }

    /** The system prompt, unless it has cache marks. */
    static String system(Body request) {
        if (request.get("system") instanceof String text) {
            return text;
        }
        return isMarked(request) ? "" : joined(texts(request));
    }

    private static boolean isMarked(Body request) {
        return request.get("system") instanceof List<?>
                && request.objects("system").stream().anyMatch(block -> BlockReader.mark(block) != CacheMark.NONE);
    }

    private static List<String> texts(Body request) {
        List<String> texts = new ArrayList<>();
        for (Body block : request.objects("system")) {
            texts.add(text(block));
        }
        return texts;
    }

    private static String text(Body block) {
        if (!block.text("type").equals("text")) {
            throw block.wrong("type", "must be text in the system prompt");
        }
        return block.text("text");
    }

    /** Blocks are paragraphs, as models see them. */
    private static String joined(List<String> texts) {
        return String.join(
                "\n\n", texts.stream().filter(text -> !text.isEmpty()).toList());
    }

    private void addSystem(Body request) {
        List<String> texts = new ArrayList<>();
        for (Body block : request.objects("system")) {
            texts.add(text(block));
            CacheMark mark = BlockReader.mark(block);
            if (mark != CacheMark.NONE) {
                messages.add(Message.system(joined(texts)).cached(mark));
                texts.clear();
            }
        }
        if (!joined(texts).isEmpty()) {
            messages.add(Message.system(joined(texts)));
        }
    }

    private void add(Body message) {
        String role = message.text("role");
        switch (role) {
            case "user" -> addUser(message, Role.USER);
            case "system" -> addUser(message, Role.SYSTEM);
            case "assistant" -> addAssistant(message);
            default -> throw message.wrong("role", "must be user or assistant");
        }
    }

    private static List<Body> blocks(Body message) {
        if (!message.has("content")) {
            throw message.wrong("content", "is required");
        }
        return message.objects("content");
    }

    private void addUser(Body message, Role role) {
        if (message.get("content") instanceof String text) {
            messages.add(new Message(role, List.of(Content.text(text))));
            return;
        }
        List<Content> results = new ArrayList<>();
        CacheMark ofResults = CacheMark.NONE;
        List<Message> others = new ArrayList<>();
        List<Content> current = new ArrayList<>();
        for (Body block : blocks(message)) {
            Content part = BlockReader.read(block);
            CacheMark mark = BlockReader.mark(block);
            if (block.text("type").equals("tool_result")) {
                results.add(part);
                ofResults = mark == CacheMark.NONE ? ofResults : mark;
                continue;
            }
            current.add(part);
            if (mark != CacheMark.NONE) {
                others.add(message.make(() -> new Message(role, current).cached(mark)));
                current.clear();
            }
        }
        if (!results.isEmpty()) {
            messages.add(new Message(Role.TOOL, results).cached(ofResults));
        }
        messages.addAll(others);
        if (!current.isEmpty() || (results.isEmpty() && others.isEmpty())) {
            messages.add(message.make(() -> new Message(role, current)));
        }
    }

    private void addAssistant(Body message) {
        if (message.get("content") instanceof String text) {
            messages.add(Message.assistant(text));
            return;
        }
        List<Content> parts = new ArrayList<>();
        Map<String, ProviderData> ofCalls = new HashMap<>();
        CacheMark mark = CacheMark.NONE;
        for (Body block : blocks(message)) {
            switch (block.text("type")) {
                case "thinking" -> thinking(block).ifPresent(parts::add);
                case "redacted_thinking" -> redacted(block, parts, ofCalls);
                default -> parts.add(BlockReader.read(block));
            }
            CacheMark own = BlockReader.mark(block);
            mark = own == CacheMark.NONE ? mark : own;
        }
        parts.replaceAll(part -> part instanceof ToolCall call && ofCalls.containsKey(call.id())
                ? call.with(ofCalls.get(call.id()))
                : part);
        CacheMark last = mark;
        messages.add(message.make(() -> new Message(Role.ASSISTANT, parts).cached(last)));
    }

    /** Thinking of another backend keeps its text, as in a gateway's fallback. */
    private Optional<Content.Reasoning> thinking(Body block) {
        String text = block.text("thinking");
        Optional<Content.Reasoning> own = Origin.unpack(block.text("signature"), origins)
                .filter(packed -> packed.call().isEmpty())
                .map(packed -> packed.reasoning(text));
        return own.or(() -> text.isEmpty() ? Optional.empty() : Optional.of(Content.Reasoning.of(text)));
    }

    private void redacted(Body block, List<Content> parts, Map<String, ProviderData> ofCalls) {
        Origin.unpack(block.text("data"), origins).ifPresent(packed -> {
            if (packed.call().isEmpty()) {
                parts.add(packed.reasoning(""));
            } else {
                ofCalls.put(packed.call(), packed.data());
            }
        });
    }
}
