package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScrubberTest {
    @Test
    void secretParametersAreMasked() {
        assertThat(new Scrubber().target("/v1/chat?api-version=1&sig=a%2Fb&subscription-key=k&password=p&x=&y"))
                .isEqualTo("/v1/chat?api-version=1&sig=***&subscription-key=***&password=***&x=&y");
    }

    @Test
    void aTargetWithoutParametersStaysAsItIs() {
        assertThat(new Scrubber().target("/v1/chat")).isEqualTo("/v1/chat");
    }
}
