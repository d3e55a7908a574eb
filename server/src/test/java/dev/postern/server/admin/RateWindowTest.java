package dev.postern.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateWindowTest {
    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void eventsAreForgottenAfterFiveMinutes() {
        RateWindow window = new RateWindow(seconds(-7));
        window.add(seconds(0));
        window.add(seconds(100));
        window.add(seconds(100));

        assertThat(window.count(seconds(100))).isEqualTo(3);
        assertThat(window.count(seconds(280))).isEqualTo(3);
        assertThat(window.count(seconds(310))).isEqualTo(2);
        assertThat(window.count(seconds(410))).isZero();
    }

    @Test
    void aLongPauseClearsEverythingAndAnOldTimeCountsAsNow() {
        RateWindow window = new RateWindow(0);
        for (int second = 0; second < 300; second++) {
            window.add(seconds(second));
        }
        assertThat(window.count(seconds(299))).isEqualTo(300);
        assertThat(window.count(seconds(1_000_000))).isZero();

        window.add(seconds(5));
        assertThat(window.count(seconds(1_000_000))).isEqualTo(1);
    }
}
