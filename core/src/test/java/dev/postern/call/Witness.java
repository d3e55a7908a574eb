package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallStart;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.CallListener.Retry;
import dev.postern.call.CallListener.Spent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A listener that checks what a {@link CallListener} is promised: the order, one callback at a time, exactly one end. */
final class Witness implements CallListener {
    final Queue<Seen> calls = new ConcurrentLinkedQueue<>();
    final Queue<String> violations = new ConcurrentLinkedQueue<>();

    @Override
    public CallWatch begin(CallStart call) {
        Seen seen = new Seen(call);
        calls.add(seen);
        return seen;
    }

    /** The only call. */
    Seen only() {
        assertThat(calls).hasSize(1);
        return calls.element();
    }

    /** The only call, after its end. */
    Seen ended() throws InterruptedException {
        Seen seen = only();
        assertThat(seen.over.await(30, TimeUnit.SECONDS))
                .as("the end of the call")
                .isTrue();
        assertThat(violations).isEmpty();
        return seen;
    }

    /** One call. Its plain fields are safe, as the callbacks come one at a time. */
    final class Seen implements CallWatch {
        final CallStart start;
        final Thread thread = Thread.currentThread();
        final List<String> news = new ArrayList<>();
        final List<SeenAttempt> attempts = new ArrayList<>();
        final List<Retry> retries = new ArrayList<>();
        final CountDownLatch over = new CountDownLatch(1);
        private final AtomicReference<Thread> inside = new AtomicReference<>();
        CallEnd end;

        Seen(CallStart start) {
            this.start = start;
        }

        private void note(String what, boolean allowed) {
            if (!inside.compareAndSet(null, Thread.currentThread())) {
                violations.add(what + " during another callback, after " + news);
            }
            if (!allowed || end != null) {
                violations.add(what + " after " + news);
            }
            news.add(what);
        }

        private void done() {
            inside.set(null);
        }

        @Override
        public AttemptWatch attempt(AttemptStart attempt) {
            note("attempt " + attempt.number() + " " + attempt.why(), attempt.number() == attempts.size() + 1);
            SeenAttempt seen = new SeenAttempt(attempt);
            attempts.add(seen);
            done();
            return seen;
        }

        @Override
        public void retry(Retry retry) {
            note("retry " + retry.why(), true);
            retries.add(retry);
            done();
        }

        @Override
        public void firstToken(Duration sinceStart) {
            note("first token", !news.contains("first token"));
            done();
        }

        @Override
        public void end(CallEnd ended) {
            note("end " + ended.outcome(), attempts.stream().allMatch(each -> each.end != null));
            end = ended;
            if (ended.attempts() != attempts.size()) {
                violations.add(ended.attempts() + " attempts at the end, after " + news);
            }
            done();
            over.countDown();
        }

        /** The tokens of all attempts by their ends. */
        long tokensOfAttempts() {
            return attempts.stream()
                    .mapToLong(each -> tokens(each.end.spent().orElse(null)))
                    .sum();
        }

        long tokensOfCall() {
            return tokens(end.spent().orElse(null)) + tokens(end.wasted().orElse(null));
        }

        private long tokens(Spent spent) {
            return spent == null
                    ? 0
                    : spent.usage().inputTokens() + spent.usage().outputTokens();
        }

        /** One attempt. */
        final class SeenAttempt implements AttemptWatch {
            final AttemptStart start;
            final Thread thread = Thread.currentThread();
            AttemptEnd end;
            private int phase;

            SeenAttempt(AttemptStart start) {
                this.start = start;
            }

            private void noteAttempt(String what, int next) {
                note(what + " " + start.number(), end == null && phase < next);
                phase = next;
                done();
            }

            @Override
            public void head(int status, String serverRequestId, Duration sinceStart) {
                noteAttempt("head " + status + " of", 1);
            }

            @Override
            public void firstToken(Duration sinceStart) {
                noteAttempt("first token of", 2);
            }

            @Override
            public void end(AttemptEnd ended) {
                noteAttempt(ended.outcome() + " of", 3);
                end = ended;
            }
        }
    }
}
