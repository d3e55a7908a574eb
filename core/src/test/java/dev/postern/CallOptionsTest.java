package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallOptionsTest {

    @Test
    void keepsWhatItIsGivenInOrder() {
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
    void isNotChangedByItsBuilderAfterwardsNorByItsReader() {
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
    void namesItsPartsButShowsNoValue() {
        CallOptions options = CallOptions.builder()
                .header("Authorization", "Bearer secret")
                .query("key", "secret")
                .apiKey("secret")
                .build();

        assertThat(options).hasToString("CallOptions[headers=[Authorization], query=[key], timeouts=default, own key]");
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
}
