package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.Suites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * JSONTestSuite (github.com/nst/JSONTestSuite): texts that begin with {@code y_} must be read, those with {@code n_} must be
 * refused, and those with {@code i_} may be either, but may neither crash nor hang. Each is read as a tree, field by field,
 * and by stepping over it.
 */
@Timeout(120)
class JsonSuiteTest {
    private int accepted;
    private int refused;
    private int undecided;
    private int undecidedAccepted;
    private final List<String> wrong = new ArrayList<>();

    /** Reads a whole document; throws if it is none. */
    private interface Way {
        void read(byte[] text);
    }

    @Test
    void acceptsAndRefusesTheTextsOfTheSuite() throws IOException {
        Optional<Path> suite = Suites.folder("json-parsing");
        Assumptions.assumeTrue(suite.isPresent());
        try (var files = Files.list(suite.orElseThrow())) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                run(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        System.out.println("json-parsing: " + accepted + " of y_ read, " + refused + " of n_ refused, " + undecided
                + " of i_ without a crash (" + undecidedAccepted + " read); " + wrong.size() + " wrong");

        assertThat(wrong).isEmpty();
        assertThat(accepted).isGreaterThanOrEqualTo(95);
        assertThat(refused).isGreaterThanOrEqualTo(188);
    }

    private void run(String name, byte[] text) {
        boolean asTree = isRead(name, text, Json::parse);
        boolean fieldByField = isRead(name, text, bytes -> document(bytes, JsonSuiteTest::walk));
        boolean skipped = isRead(name, text, bytes -> document(bytes, JsonReader::skip));
        switch (name.charAt(0)) {
            case 'y' -> {
                accepted++;
                check(name, asTree && fieldByField && skipped);
            }
            case 'n' -> {
                refused++;
                check(name, !asTree && !fieldByField && !skipped);
            }
            default -> { // a number or a nesting out of bounds is stepped over, but makes no value
                undecided++;
                undecidedAccepted += asTree ? 1 : 0;
                check(name, fieldByField == skipped);
            }
        }
    }

    private void check(String name, boolean right) {
        if (!right) {
            wrong.add(name);
        }
    }

    private boolean isRead(String name, byte[] text, Way way) {
        try {
            way.read(text);
            return true;
        } catch (JsonException e) {
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            wrong.add(name + " crashes: " + e);
            return false;
        }
    }

    private interface Reading {
        void read(JsonReader json);
    }

    /** A bare value ends where white space follows it. */
    private static void document(byte[] text, Reading reading) {
        byte[] closed = (new String(text, UTF_8) + " ").getBytes(UTF_8);
        boolean isUtf8 = Utf8.isValid(text, 0, text.length);
        JsonReader json = new JsonReader();
        json.begin(isUtf8 ? closed : text, 0, isUtf8 ? closed.length : text.length);
        reading.read(json);
        json.end();
    }

    private static void walk(JsonReader json) {
        if (json.isObject()) {
            json.beginObject();
            while (json.nextField()) {
                assertThat(json.name()).isNotNull();
                walk(json);
            }
        } else if (json.isArray()) {
            json.beginArray();
            while (json.nextElement()) {
                walk(json);
            }
        } else if (json.isString()) {
            json.varying();
        } else {
            json.text();
        }
    }
}
