package dev.postern;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Builds from the events of a stream the answer that {@link LlmProvider#completions} would have returned. Not
 * thread-safe: the events of a stream come one at a time.
 *
 * <p>Text becomes one part up to the next reasoning or whole tool call, and reasoning up to the next text, whole tool
 * call or end of its block. So adjacent texts of an answer become one in a stream, and empty ones are lost.
 *
 * <p>A stream may be endless, and a collector keeps all of it. So what it keeps has a bound, {@value
 * #DEFAULT_MAX_CHARACTERS} characters unless it is made with another one; a larger answer is a failure of kind {@link
 * LlmException.Kind#PROTOCOL}.
 */
public final class CompletionCollector {
    /** The default limit of the text, reasoning and arguments that a collector keeps, in characters. */
    public static final int DEFAULT_MAX_CHARACTERS = 64 << 20;

    /**
     * The size that each part of an answer counts in addition to its characters, so that the number of empty parts is
     * limited too.
     */
    private static final int PART = 100;

    private final long maxCharacters;
    private long kept;
    private final List<Content> content = new ArrayList<>(1);
    private final Pieces text = new Pieces();
    private final Pieces reasoning = new Pieces();
    private StreamEvent.@Nullable MessageStop stop;
    private @Nullable Usage usage;
    private boolean began;

    /** A collector with the default limit. */
    public CompletionCollector() {
        this(DEFAULT_MAX_CHARACTERS);
    }

    /**
     * A collector with this limit.
     *
     * @param maxCharacters how many characters of text, reasoning and arguments it keeps; each part of the answer
     *     counts 100 more
     */
    public CompletionCollector(long maxCharacters) {
        this.maxCharacters = maxCharacters;
    }

    /**
     * The answer of a stream. Subscribes at once; cancelling the future cancels the stream. If the stream fails after
     * its first event, the failure's {@link LlmException#answer()} holds what came before it.
     */
    public static CompletableFuture<CompletionResponse> collect(Flow.Publisher<StreamEvent> stream) {
        return collect(stream, DEFAULT_MAX_CHARACTERS);
    }

    /**
     * The answer of a stream that has at most so many characters, as {@link #CompletionCollector(long)} counts them.
     */
    public static CompletableFuture<CompletionResponse> collect(
            Flow.Publisher<StreamEvent> stream, long maxCharacters) {
        CompletableFuture<CompletionResponse> answer = new CompletableFuture<>();
        stream.subscribe(new Collecting(answer, maxCharacters));
        return answer;
    }

    /**
     * Takes the next event.
     *
     * @throws LlmException of kind {@link LlmException.Kind#PROTOCOL} if the answer is larger than the bound
     */
    public void accept(StreamEvent event) {
        Objects.requireNonNull(event, "event");
        began = true;
        keep(event);
        if (event instanceof StreamEvent.ContentDelta delta) {
            endReasoning(null);
            text.add(delta.delta());
        } else if (event instanceof StreamEvent.ReasoningDelta delta) {
            endText();
            reasoning.add(delta.delta());
            if (delta.closesBlock()) {
                endReasoning(delta);
            }
        } else if (event instanceof StreamEvent.ToolCallComplete complete) {
            endText();
            endReasoning(null);
            content.add(complete.call());
        } else if (event instanceof StreamEvent.MessageStop end) {
            stop = end;
        } else if (event instanceof StreamEvent.UsageReported cost) {
            usage = cost.usage();
        }
    }

    /**
     * The answer.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INCOMPLETE_STREAM} if no {@link StreamEvent.MessageStop}
     *     came
     */
    public CompletionResponse result() {
        StreamEvent.MessageStop end = stop;
        if (end == null) {
            throw new LlmException(
                    LlmException.Kind.INCOMPLETE_STREAM,
                    "The stream ended without its message stop; what came is not the whole answer.");
        }
        endText();
        endReasoning(null);
        return CompletionResponse.builder()
                .end(end)
                .content(content)
                .usage(usage)
                .build();
    }

    /** The answer so far of a stream that nobody reads any more. Its stop reason is OTHER if no message stop came. */
    CompletionResponse soFar() {
        if (stop != null) {
            return result();
        }
        endText();
        endReasoning(null);
        return CompletionResponse.builder()
                .content(content)
                .stopReason(StopReason.OTHER)
                .usage(usage)
                .build();
    }

    /**
     * The failure of the stream, with what came before it as its {@link LlmException#answer()}. The same failure if no
     * event came.
     */
    LlmException failed(LlmException failure) {
        if (!began) {
            return failure;
        }
        endText();
        endReasoning(null);
        return PartialAnswer.attach(failure, content, usage, stop);
    }

    /** The text so far, for example after a stream has failed. */
    public String textSoFar() {
        return Content.textOf(content) + text;
    }

    private void keep(StreamEvent event) {
        if (event instanceof StreamEvent.ContentDelta delta) {
            kept += delta.delta().length();
        } else if (event instanceof StreamEvent.ReasoningDelta delta) {
            kept += delta.delta().length();
            if (delta.closesBlock()) {
                kept += PART
                        + delta.signature().length()
                        + delta.redacted().length()
                        + weight(delta.providerData().values());
            }
        } else if (event instanceof StreamEvent.ToolCallComplete complete) {
            ToolCall call = complete.call();
            kept += PART
                    + call.id().length()
                    + call.name().length()
                    + weight(call.input())
                    + weight(call.providerData().values());
        } else if (event instanceof StreamEvent.MessageStop end) {
            kept += weight(end.serverInfo());
        }
        if (kept > maxCharacters) {
            throw new LlmException(
                    LlmException.Kind.PROTOCOL,
                    "The answer is larger than " + maxCharacters
                            + " characters in total; ask for less, or set a larger maxCharacters.");
        }
    }

    /** How many characters a JSON value has, roughly. */
    private static long weight(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length() + 2L;
        }
        long sum = 2;
        if (value instanceof Map<?, ?> map) {
            for (Object name : map.keySet()) { // the entries of an immutable map are objects of their own
                sum += weight(name) + weight(map.get(name));
            }
        } else if (value instanceof List<?> list) {
            for (Object element : list) {
                sum += weight(element);
            }
        }
        return sum;
    }

    private void endText() {
        if (!text.isEmpty()) {
            content.add(new Content.Text(text.take()));
        }
    }

    private void endReasoning(StreamEvent.@Nullable ReasoningDelta last) {
        if (last != null) {
            content.add(
                    new Content.Reasoning(reasoning.take(), last.signature(), last.redacted(), last.providerData()));
        } else if (!reasoning.isEmpty()) {
            content.add(Content.Reasoning.of(reasoning.take()));
        }
    }

    /** Joins strings. A single string, such as the text of a whole answer, is kept without a copy. */
    private static final class Pieces {
        private String only = "";
        private @Nullable StringBuilder several;

        boolean isEmpty() {
            return only.isEmpty() && several == null;
        }

        void add(String piece) {
            if (several != null) {
                several.append(piece);
            } else if (only.isEmpty()) {
                only = piece;
            } else {
                several = new StringBuilder(only).append(piece);
                only = "";
            }
        }

        /** The whole; begins anew. */
        String take() {
            String whole = toString();
            only = "";
            several = null;
            return whole;
        }

        @Override
        public String toString() {
            return several == null ? only : several.toString();
        }
    }
}
