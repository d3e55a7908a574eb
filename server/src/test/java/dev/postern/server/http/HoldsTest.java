package dev.postern.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldsTest {
    private final List<String> released = new ArrayList<>();
    private final Holds holds = new Holds();

    @Test
    void theLastOneReleases() {
        holds.whenReleased(() -> released.add("place"));
        Runnable run = holds.add();
        holds.remove();
        assertThat(released).isEmpty();

        run.run();
        run.run();
        assertThat(released).containsExactly("place");
        holds.add().run();
        assertThat(released).hasSize(1);
    }

    @Test
    void withoutOtherWorkTheRequestReleases() {
        holds.add().run();
        holds.whenReleased(() -> released.add("place"));
        assertThat(released).isEmpty();

        holds.remove();
        assertThat(released).containsExactly("place");
    }
}
