package dev.postern.examples;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import dev.postern.call.EventFilter;
import dev.postern.call.Interceptor;
import dev.postern.json.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Holds back text, reasoning and tool calls until they were checked, piece by piece. Register it around calls. The last characters of
 * each text stay back even then, so that a forbidden phrase is found that begins in one piece and ends in the next. After a failure, what
 * was not checked is dropped.
 */
final class Guardrail implements Interceptor {
    /** The most characters that are held back, for example of a tool call after a text that has not ended. */
    private static final int MOST = 1_000_000;

    private final int window;
    private final int overlap;
    private final Function<List<String>, CompletionStage<Boolean>> check;

    /**
     * Creates a guardrail.
     *
     * @param window a check is made after so many new characters
     * @param overlap the length of the longest forbidden phrase, less one
     * @param check is given the texts that are held back; false ends the call
     */
    Guardrail(int window, int overlap, Function<List<String>, CompletionStage<Boolean>> check) {
        this.window = window;
        this.overlap = overlap;
        this.check = check;
    }

    @Override
    public Decision begin(Invocation call) {
        return Decision.proceed(new Held());
    }

    private final class Held implements EventFilter {
        private final Deque<Item> held = new ArrayDeque<>();
        private final Map<String, StringBuilder> texts = new LinkedHashMap<>(); // what is held, by channel
        private final Set<String> closed = new HashSet<>(); // tool calls that are complete
        private int unchecked;

        /** An event, and the part of a text that it carries. */
        private record Item(StreamEvent event, String channel, String text) {}

        @Override
        public void onEvent(StreamEvent event, Output out) {
            Item item = item(event);
            held.add(item);
            texts.computeIfAbsent(item.channel, any -> new StringBuilder()).append(item.text);
            unchecked += item.text.length();
            if (event instanceof ToolCallComplete) {
                closed.add(item.channel);
            }
            boolean last = event instanceof MessageStop || event instanceof StreamEvent.UsageReported;
            if (texts.values().stream().mapToInt(StringBuilder::length).sum() > MOST) {
                out.fail(new LlmException(
                        Kind.CONTENT_FILTER, "The guardrail holds too much text; it stopped the answer."));
            } else if (unchecked == 0) {
                release(last, out);
            } else if (unchecked >= window || last || event instanceof ToolCallComplete) {
                unchecked = 0;
                List<String> now =
                        texts.values().stream().map(StringBuilder::toString).toList();
                out.await(check.apply(now), allowed -> {
                    if (allowed) {
                        release(last, out);
                    } else {
                        out.fail(new LlmException(Kind.CONTENT_FILTER, "The guardrail stopped the answer."));
                    }
                });
            }
        }

        /** Emits all, or what lies so far back that no phrase can begin in it and end in what is to come. */
        private void release(boolean all, Output out) {
            for (Item next; (next = held.peek()) != null; held.remove()) {
                StringBuilder kept = Objects.requireNonNull(texts.get(next.channel));
                int length = next.text.length();
                if (!all && kept.length() - length < overlap && length > 0 && !closed.contains(next.channel)) {
                    return;
                }
                kept.delete(0, length);
                out.emit(next.event);
            }
        }

        private Item item(StreamEvent event) {
            if (event instanceof ContentDelta text) {
                return new Item(event, "text", text.delta());
            } else if (event instanceof ReasoningDelta thought) {
                return new Item(event, "reasoning", thought.delta());
            } else if (event instanceof ToolCallStart start) {
                return new Item(event, "call " + start.id(), "");
            } else if (event instanceof ToolCallDelta piece) {
                return new Item(event, "call " + piece.id(), piece.delta());
            } else if (event instanceof ToolCallComplete complete) { // its arguments may come here only
                String arguments =
                        complete.call().name() + " " + Json.text(complete.call().input());
                return new Item(event, "call " + complete.call().id(), arguments);
            }
            return new Item(event, "", "");
        }
    }
}
