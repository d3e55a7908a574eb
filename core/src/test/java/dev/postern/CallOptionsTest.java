package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CallOptionsTest {

    @Test
    void keepsItsValuesInOrder() {
        Timeouts timeouts = Timeouts.defaults().withTotal(Duration.ofSeconds(3));
        CallOptions options = CallOptions.builder()
                .header("Z", "1")
                .header("A", "2")
                .header("Z", "3")
                .query("api-version", "v")
                .timeouts(timeouts)
                .apiKey("k")
                .build();

        assertThat(options.headers()).containsExactly(Map.entry("Z", "3"), Map.entry("A", "2"));
        assertThat(options.query()).containsExactly(Map.entry("api-version", "v"));
        assertThat(options.timeouts()).contains(timeouts);
        assertThat(options.apiKey()).isEqualTo("k");
    }

    @Test
    void changesNothingByDefault() {
        assertThat(CallOptions.NONE.headers()).isEmpty();
        assertThat(CallOptions.NONE.query()).isEmpty();
        assertThat(CallOptions.NONE.timeouts()).isEmpty();
        assertThat(CallOptions.NONE.apiKey()).isEmpty();
    }

    @Test
    void isImmutable() {
        CallOptions.Builder builder = CallOptions.builder().header("A", "1").query("q", "1");
        CallOptions options = builder.build();
        builder.header("B", "2").query("r", "2").apiKey("k");

        assertThat(options.headers()).containsOnlyKeys("A");
        assertThat(options.query()).containsOnlyKeys("q");
        assertThat(options.apiKey()).isEmpty();
        assertThatThrownBy(() -> options.headers().put("C", "3")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> options.query().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void showsNamesButNoValues() {
        CallOptions options = CallOptions.builder()
                .header("Authorization", "Bearer secret")
                .query("key", "secret")
                .apiKey("secret")
                .build();

        assertThat(options).hasToString("CallOptions[headers=[Authorization], query=[key], timeouts=default, own key]");
    }

    @Test
    void keepsOnlyTheTimeoutsForAnotherBackend() {
        CallOptions other = secrets("k").forBackend("other");

        assertThat(other.apiKey()).isEmpty();
        assertThat(other.headers()).isEmpty();
        assertThat(other.query()).isEmpty();
        assertThat(other.credentials()).isEmpty();
        assertThat(other.timeouts()).contains(Timeouts.defaults().withTotal(Duration.ofSeconds(7)));
        assertThat(other)
                .hasToString("CallOptions[headers=[], query=[], timeouts="
                        + other.timeouts().get() + "]");
    }

    @Test
    void givesAnotherBackendTheOptionsThatWereSetForIt() {
        Timeouts patient = Timeouts.defaults().withTotal(Duration.ofSeconds(70));
        CallOptions options = CallOptions.builder()
                .apiKey("k")
                .backend("a", secrets("a-secret"))
                .backend("b", CallOptions.builder().apiKey("b-secret").build())
                .timeouts(patient)
                .build();

        CallOptions forA = options.forBackend("a");
        assertThat(forA.apiKey()).isEqualTo("a-secret");
        assertThat(forA.headers()).containsExactly(Map.entry("H", "a-secret"));
        assertThat(forA.query()).containsExactly(Map.entry("q", "a-secret"));
        assertThat(forA.credentials()).containsExactly(Map.entry("c", "a-secret"));
        assertThat(forA.timeouts()).contains(Timeouts.defaults().withTotal(Duration.ofSeconds(7)));
        assertThat(options.forBackend("b").apiKey()).isEqualTo("b-secret");
        assertThat(options.forBackend("b").timeouts()).contains(patient);
        assertThat(options.forBackend("c").apiKey()).isEmpty();
        assertThat(options.toString()).contains("backends=[a, b]").doesNotContain("secret");
    }

    private static CallOptions secrets(String secret) {
        return CallOptions.builder()
                .apiKey(secret)
                .header("H", secret)
                .query("q", secret)
                .credential("c", secret)
                .timeouts(Timeouts.defaults().withTotal(Duration.ofSeconds(7)))
                .build();
    }

    @Test
    void refusesNull() {
        CallOptions.Builder builder = CallOptions.builder();

        assertThatNullPointerException().isThrownBy(() -> builder.header("A", null));
        assertThatNullPointerException().isThrownBy(() -> builder.header(null, "1"));
        assertThatNullPointerException().isThrownBy(() -> builder.query("q", null));
        assertThatNullPointerException().isThrownBy(() -> builder.query(null, "1"));
        assertThatNullPointerException().isThrownBy(() -> builder.timeouts(null));
        assertThatNullPointerException().isThrownBy(() -> builder.apiKey(null));
    }

    @Test
    void keepsServerFieldsForAnotherBackend() {
        CallOptions wanted = CallOptions.builder().serverFields(true).build();
        assertThat(CallOptions.NONE.serverFields()).isFalse();
        assertThat(wanted.forBackend("other").serverFields()).isTrue();
        assertThat(wanted.toString()).contains("server fields");
    }

    @Test
    void isEqualToOptionsWithTheSameValuesOnly() {
        List<Consumer<CallOptions.Builder>> changes = List.of(
                options -> options.header("X-A", "1"),
                options -> options.header("X-A", "2"),
                options -> options.query("q", "1"),
                options -> options.credential("c", "1"),
                options -> options.backend("b", CallOptions.NONE),
                options -> options.timeouts(Timeouts.defaults()),
                options -> options.apiKey("k"),
                options -> options.serverFields(true));
        Set<CallOptions> different = new HashSet<>();
        different.add(CallOptions.NONE);
        for (Consumer<CallOptions.Builder> change : changes) {
            CallOptions.Builder one = CallOptions.builder();
            CallOptions.Builder other = CallOptions.builder();
            change.accept(one);
            change.accept(other);

            assertThat(one.build()).isEqualTo(other.build()).hasSameHashCodeAs(other.build());
            assertThat(different.add(one.build())).isTrue();
        }
    }
}
