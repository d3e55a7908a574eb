package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.postern.Timeouts;
import org.junit.jupiter.api.Test;

class SharedHttpClientTest {
    private final SharedHttpClient shared =
            new SharedHttpClient(Timeouts.defaults().connect());

    @Test
    void noClientIsCreatedAfterClose() {
        assertThat(shared.get()).isSameAs(shared.get());
        shared.close();

        assertThatIllegalStateException().isThrownBy(shared::get).withMessage("The HTTP client is closed.");
        shared.close(); // a second call does nothing
    }

    @Test
    void noClientIsCreatedAfterCloseIfThereWasNone() {
        shared.close();

        assertThatIllegalStateException().isThrownBy(shared::get);
    }
}
