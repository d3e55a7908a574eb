package dev.postern.examples;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.EventFilter;
import dev.postern.call.Interceptor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers an equal question of the same tenant without asking a model again. Register it around calls. It keeps only whole answers that
 * ended their turn: no cut or cancelled ones, none that reached a limit, and no tool calls.
 */
final class AnswerCache implements Interceptor {
    private static final long LONGEST = 100_000;

    private final Map<Key, CompletionResponse> answers; // guarded by itself

    /** The tenant is a part of it, so that no tenant sees the answers of another one. */
    private record Key(String tenant, CompletionRequest question) {}

    AnswerCache(int size) {
        answers = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, CompletionResponse> eldest) {
                return size() > size;
            }
        };
    }

    @Override
    public Decision begin(Invocation call) {
        Key key = new Key(call.context().tenant(), call.request().question());
        CompletionResponse known;
        synchronized (answers) {
            known = answers.get(key);
        }
        return known != null ? Decision.answer(known) : Decision.proceed(new Keep(key));
    }

    @Override
    public boolean isNonBlocking() {
        return true;
    }

    private final class Keep implements EventFilter {
        private final Key key;
        private @Nullable CompletionCollector collector = new CompletionCollector(LONGEST);

        Keep(Key key) {
            this.key = key;
        }

        @Override
        public void onEvent(StreamEvent event, Output out) {
            if (collector != null) {
                try {
                    collector.accept(event);
                } catch (LlmException tooLong) {
                    collector = null;
                }
            }
            out.emit(event);
        }

        @Override
        public void onClose(Outcome outcome, @Nullable LlmException failure) {
            if (outcome == Outcome.ANSWERED && collector != null) {
                CompletionResponse answer = collector.result();
                if (answer.stopReason() == StopReason.END_TURN
                        && answer.toolCalls().isEmpty()) {
                    synchronized (answers) {
                        answers.put(key, answer);
                    }
                }
            }
        }
    }
}
