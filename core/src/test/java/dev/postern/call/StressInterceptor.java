package dev.postern.call;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.CallListener.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Does something else in each call, as the plan of the call says. */
record StressInterceptor(int part) implements Interceptor {
    private static final StreamEvent TEXT = Events.text("more");

    @Override
    public boolean isNonBlocking() {
        return part == 2;
    }

    @Override
    public Decision begin(Invocation call) {
        StressPlan plan = StressPlan.of(call.context());
        Random random =
                plan.random(part * 100 + call.target().map(Target::number).orElse(0));
        if (random.nextInt(3) == 0) {
            return Decision.proceed();
        }
        return switch (random.nextInt(20)) {
            case 0 -> Decision.refuse(new LlmException(Kind.RATE_LIMITED, "refused"));
            case 1 ->
                Decision.answer(CompletionResponse.builder()
                        .content("known")
                        .usage(Usage.of(3, 3))
                        .build());
            case 2 -> throw new IllegalStateException("on purpose");
            case 3 -> throw new LlmException(Kind.OVERLOADED, "on purpose, and retryable");
            case 4 -> never(plan);
            case 5, 6, 7 ->
                Decision.later(plan.stage(random, Decision.later(plan.stage(random, proceed(plan, random)))));
            default -> proceed(plan, random);
        };
    }

    /** A decision that comes after the caller has gone. */
    private static Decision never(StressPlan plan) {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        plan.late.add(() -> decision.complete(proceed(plan, new Random(1))));
        plan.hangs = true;
        return Decision.later(decision);
    }

    private static Decision proceed(StressPlan plan, Random random) {
        return Decision.proceed(new Filter(plan, random));
    }

    /** One filter of some kind. */
    private static final class Filter implements EventFilter {
        private final StressPlan plan;
        private final Random random;
        private final int kind;
        private final List<StreamEvent> held = new ArrayList<>();
        private final AtomicInteger inside = new AtomicInteger();
        private int events;
        private boolean closed;

        Filter(StressPlan plan, Random random) {
            this.plan = plan;
            this.random = random;
            this.kind = random.nextInt(16);
            plan.filters.incrementAndGet();
        }

        private void enter() {
            if (inside.incrementAndGet() != 1 || closed) {
                plan.wrong.add("a callback during another one, or after the last one");
            }
        }

        @Override
        public void onEvent(StreamEvent event, Output out) {
            enter();
            events++;
            try {
                pass(event, out);
            } finally {
                inside.decrementAndGet();
            }
        }

        private void pass(StreamEvent event, Output out) {
            boolean text = event instanceof StreamEvent.ContentDelta;
            switch (kind) {
                case 0 -> { // drops every second text
                    if (!text || events % 2 == 0) {
                        out.emit(event);
                    }
                }
                case 1 -> { // adds
                    if (text) {
                        out.emit(TEXT);
                    }
                    out.emit(event);
                }
                case 2, 3 -> out.await(plan.stage(random, event), out::emit);
                case 4, 5 -> held.add(event);
                case 6 -> {
                    if (events == 2) {
                        throw new IllegalStateException("on purpose");
                    }
                    out.emit(event);
                }
                case 7 -> {
                    out.emit(event);
                    if (events == 2) {
                        out.fail(new LlmException(Kind.CONTENT_FILTER, "on purpose"));
                    }
                }
                case 8 -> {
                    if (events == 3 && text) {
                        out.emit(Events.STOP);
                        out.complete();
                    } else {
                        out.emit(event);
                    }
                }
                case 9 -> {
                    if (events == 2) {
                        plan.hangs = true;
                        out.await(new CompletableFuture<Void>(), never -> {});
                    } else {
                        out.emit(event);
                    }
                }
                default -> out.emit(event);
            }
        }

        @Override
        public void onEnd(@Nullable LlmException failure, Output out) {
            enter();
            try {
                if (kind == 4) {
                    held.forEach(out::emit);
                } else if (kind == 5) {
                    out.await(plan.stage(random, 1), one -> held.forEach(out::emit));
                }
            } finally {
                inside.decrementAndGet();
            }
        }

        @Override
        public void onClose(Outcome outcome, @Nullable LlmException failure) {
            enter();
            closed = true;
            inside.decrementAndGet();
            plan.closed.incrementAndGet();
        }
    }
}
