package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A context that is completed by another one. */
class CallContextDefaultsTest {
    private static final CallContext.Key<String> COLOUR = CallContext.Key.of("colour", String.class);
    private static final CallContext.Key<String> SHAPE = CallContext.Key.of("shape", String.class);

    private final CallContext outer = CallContext.builder()
            .id("outer")
            .parent("run")
            .user("ann")
            .session("s1")
            .tenant("acme")
            .with(COLOUR, "red")
            .with(SHAPE, "round")
            .build();

    @Test
    void whatIsEmptyComesFromTheOtherOne() {
        CallContext completed =
                CallContext.builder().user("bob").with(COLOUR, "blue").build().withDefaults(outer);

        assertThat(completed.id()).isEqualTo("outer");
        assertThat(completed.parent()).isEqualTo("run");
        assertThat(completed.user()).isEqualTo("bob");
        assertThat(completed.session()).isEqualTo("s1");
        assertThat(completed.tenant()).isEqualTo("acme");
        assertThat(completed.get(COLOUR)).contains("blue");
        assertThat(completed.get(SHAPE)).contains("round");
    }

    @Test
    void whatIsSetStays() {
        CallContext full = CallContext.builder()
                .id("own")
                .parent("p")
                .user("u")
                .session("s")
                .tenant("t")
                .build();

        CallContext completed = full.withDefaults(outer);

        assertThat(completed.id()).isEqualTo("own");
        assertThat(completed.parent()).isEqualTo("p");
        assertThat(completed.user()).isEqualTo("u");
        assertThat(completed.session()).isEqualTo("s");
        assertThat(completed.tenant()).isEqualTo("t");
    }

    @Test
    void theEarlierDeadlineCounts() {
        CallContext hour = CallContext.builder().within(Duration.ofHours(1)).build();
        CallContext day = CallContext.builder().within(Duration.ofDays(1)).build();
        CallContext none = CallContext.builder().user("ann").build();

        assertThat(day.withDefaults(hour).remaining().orElseThrow()).isLessThanOrEqualTo(Duration.ofHours(1));
        assertThat(hour.withDefaults(day).remaining().orElseThrow()).isLessThanOrEqualTo(Duration.ofHours(1));
        assertThat(none.withDefaults(hour).remaining()).isPresent();
        assertThat(hour.withDefaults(none).remaining()).isPresent();
        assertThat(none.withDefaults(outer).remaining()).isEmpty();
    }

    @Test
    void anEmptyContextChangesNothing() {
        assertThat(outer.withDefaults(CallContext.NONE)).isSameAs(outer);
        assertThat(CallContext.NONE.withDefaults(outer)).isSameAs(outer);
    }
}
