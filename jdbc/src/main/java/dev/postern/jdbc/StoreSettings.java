package dev.postern.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/** The settings that the builders of the stores share, with their checks and defaults. Not thread-safe. */
final class StoreSettings {
    private final DataSource dataSource;
    private String tablePrefix = TablePrefix.DEFAULT;
    private Duration timeout = Duration.ofSeconds(30);
    private Clock clock = Clock.systemUTC();

    StoreSettings(DataSource dataSource) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    }

    void tablePrefix(String prefix) {
        tablePrefix = TablePrefix.checked(prefix);
    }

    String tablePrefix() {
        return tablePrefix;
    }

    void timeout(Duration longest) {
        timeout = ArgumentChecks.notNegative("timeout", longest);
    }

    void clock(Clock replaced) {
        clock = Objects.requireNonNull(replaced, "clock");
    }

    Clock clock() {
        return clock;
    }

    /** Transactions with these settings. No connection is opened. */
    Transactions transactions() {
        return new Transactions(
                dataSource, timeout, bound -> ThreadLocalRandom.current().nextInt(bound));
    }
}
