package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.call.Interceptor.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An interceptor gives a request a context of its own. */
@Timeout(60)
class ReplacedContextTest {
    private static final CallContext HOUR =
            CallContext.builder().id("job").within(Duration.ofHours(1)).build();

    private final List<CallContext> seen = new ArrayList<>();

    enum Around {
        CALLS,
        ATTEMPTS,
        BOTH
    }

    private LlmProvider replacing(CallContext made, Around what) {
        Interceptor replaces = call -> Decision.proceed(call.request().withContext(made), Decision.PASS);
        Instrumentation.Builder with = Instrumentation.builder();
        if (what != Around.ATTEMPTS) {
            with.interceptor(replaces);
        }
        if (what != Around.CALLS) {
            with.attemptInterceptor(replaces);
        }
        return with.build().around(Events.provider(request -> {
            seen.add(request.context());
            return Events.stream(Events.answer("a"));
        }));
    }

    private static CompletionRequest with(CallContext context) {
        return Events.HELLO.withContext(context);
    }

    @ParameterizedTest
    @EnumSource
    void itKeepsTheDeadlineAndTheId(Around what) {
        replacing(CallContext.builder().user("ann").build(), what).completions(with(HOUR));

        CallContext below = seen.get(0);
        assertThat(below.user()).isEqualTo("ann");
        assertThat(below.id()).isEqualTo("job");
        assertThat(below.remaining().orElseThrow()).isBetween(Duration.ofMinutes(30), Duration.ofMinutes(61));
    }

    @ParameterizedTest
    @EnumSource
    void itsOwnIdAndAnEarlierDeadlineStay(Around what) {
        CallContext own =
                CallContext.builder().id("own").within(Duration.ofMinutes(1)).build();

        replacing(own, what).completions(with(HOUR));

        CallContext below = seen.get(0);
        assertThat(below.id()).isEqualTo("own");
        assertThat(below.remaining().orElseThrow()).isLessThan(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @EnumSource
    void aLaterDeadlineDoesNotReplaceTheOneOfTheCall(Around what) {
        CallContext later = CallContext.builder().within(Duration.ofDays(1)).build();

        replacing(later, what).completions(with(HOUR));

        assertThat(seen.get(0).remaining().orElseThrow()).isLessThan(Duration.ofMinutes(61));
    }

    @ParameterizedTest
    @EnumSource
    void itDoesNotHelpOverADeadlineThatIsOver(Around what) {
        CallContext over = CallContext.builder().within(Duration.ofSeconds(-1)).build();

        Stream.of(CallContext.builder().user("ann").build(), HOUR).forEach(made -> {
            LlmException failure = catchThrowableOfType(
                    LlmException.class, () -> replacing(made, what).completions(with(over)));
            assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(failure.refusedBeforeSending()).isTrue();
        });
        assertThat(seen).isEmpty();
    }
}
