package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockEventTest {
    private final BlockEvent event = new BlockEvent();

    private void read(long index) {
        event.reset();
        event.index = index;
        event.indexed = true;
    }

    @Test
    void aRepetitionHasTheFormOfTheRememberedEvent() {
        read(1);
        event.text = "a";
        assertThat(event.isOneString()).isTrue();
        assertThat(event.remember()).isEqualTo("a");
        read(2);
        event.reasoning = "r";
        assertThat(event.isOneString()).isTrue();

        event.repeat("b");
        assertThat(event.text).isEqualTo("b");
        assertThat(event.reasoning).isEmpty();
        assertThat(event.index).isEqualTo(1);
    }

    @Test
    void moreThanOneStringIsNotOneString() {
        read(1);
        event.text = "a";
        event.signature = "s";
        assertThat(event.isOneString()).isFalse();
        read(1);
        event.toolInput = "{";
        event.toolId = "t";
        assertThat(event.isOneString()).isFalse();
    }

    @Test
    void anEventWithoutAnIndexIsNotOneString() {
        event.reset();
        event.text = "a";
        assertThat(event.isOneString()).isFalse();
    }
}
