package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The entry point in Java has the same examples as the shell script. */
class MainTest {
    private static String usage(String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int code = Main.usage(arguments, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(2);
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void listsTheExamplesOfTheScript() throws Exception {
        List<String> inScript = new ArrayList<>();
        Matcher names = Pattern.compile("(?m)^  ([a-z0-9-]+)\\) class=[A-Z]\\w*(?= )")
                .matcher(Files.readString(Path.of("run")));
        while (names.find()) {
            inScript.add(names.group(1));
        }

        assertThat(inScript).contains("quickstart");
        assertThat(usage()).isEqualTo("Examples: " + String.join(", ", inScript) + System.lineSeparator());
    }

    @Test
    void namesAnUnknownExample() {
        assertThat(usage("quickstar")).startsWith("There is no example 'quickstar'.");
    }
}
