package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysCommandTest {
    private static final Pattern KEY = Pattern.compile("postern_([a-z0-9]{10})_[A-Za-z0-9_-]{43}");

    @TempDir
    Path folder;

    private final Keys.Clock clock = new Keys.Clock();
    private Path file;
    private String printed = "";
    private String complained = "";

    @BeforeEach
    void file() {
        file = folder.resolve("keys.yaml");
    }

    private int run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = new KeysCommand(clock, new SecureRandom())
                .run(
                        Stream.concat(Stream.of(words), Stream.of("--file", file.toString()))
                                .toArray(String[]::new),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        printed = out.toString(StandardCharsets.UTF_8);
        complained = err.toString(StandardCharsets.UTF_8);
        return status;
    }

    private String printedKey() {
        Matcher key = KEY.matcher(printed);
        assertThat(key.find()).as(printed).isTrue();
        return key.group();
    }

    private static String id(String key) {
        return key.split("_")[1];
    }

    private Optional<Caller> find(String key) {
        return new ApiKeys(ApiKeysFile.read(file, true)).find(key, clock.now);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys.yaml", "keys.json"})
    void createsAKeyWithAllItsProperties(String name) throws IOException {
        file = folder.resolve(name);
        assertThat(run("create", "--name", "first")).isZero();
        String first = printedKey();
        String[] options = ("create --name=$second --tenant acme --admin --trusted --backends a,b* --models gpt-*"
                        + " --expires 2027-01-31 --requests-per-minute 60 --concurrent 4 --tokens-per-minute 1000"
                        + " --tokens-per-day 2000 --tokens-per-month 3000 --cost-per-day 1.50 --cost-per-month 20")
                .split(" ");
        assertThat(run(options)).as(complained).isZero();
        String second = printedKey();

        assertThat(find(first)).isPresent();
        assertThat(find(second)).hasValueSatisfying(caller -> {
            assertThat(caller.name()).isEqualTo("$second");
            assertThat(caller.tenant()).isEqualTo("acme");
            assertThat(caller.admin() && caller.trusted()).isTrue();
            assertThat(caller.backends()).hasToString("a, b*");
            assertThat(caller.models()).hasToString("gpt-*");
            assertThat(caller.limits())
                    .isEqualTo(new CallerLimits(60, 4, 1000, 2000, 3000, 1_500_000_000L, 20_000_000_000L));
        });
        assertThat(Files.readString(file)).doesNotContain(first.substring(19), second.substring(19));
    }

    @Test
    void theFileIsForItsOwnerOnly() throws IOException {
        run("create", "--name", "ann");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        run("create", "--name", "bob");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing temporary stays").containsExactlyInAnyOrder(file, KeysLock.beside(file));
        }
    }

    @Test
    void aLinkToTheFileStays() throws IOException {
        Path target = folder.resolve("other.yaml");
        Files.writeString(target, "");
        Files.createSymbolicLink(file, target);

        run("create", "--name", "ann");

        assertThat(file).isSymbolicLink();
        assertThat(find(printedKey())).isPresent();
    }

    @Test
    void bothSecretsWorkAfterARotationForAWhile() {
        run("create", "--name", "ann", "--tenant", "acme");
        String old = printedKey();
        assertThat(run("rotate", id(old), "--overlap", "1h")).as(complained).isZero();
        String current = printedKey();

        assertThat(current).isNotEqualTo(old).startsWith("postern_" + id(old) + "_");
        assertThat(find(old)).isPresent();
        assertThat(find(current).orElseThrow().tenant()).isEqualTo("acme");
        clock.now = clock.now.plus(Duration.ofHours(1));
        assertThat(find(old)).isEmpty();
        assertThat(find(current)).isPresent();
    }

    @Test
    void aRotationWithoutOverlapEndsTheOldSecretAtOnce() {
        run("create", "--name", "ann");
        String old = printedKey();
        run("rotate", id(old), "--overlap=0");

        assertThat(find(old)).isEmpty();
        assertThat(find(printedKey())).isPresent();
    }

    @Test
    void aRevokedKeyIsGone() {
        run("create", "--name", "ann");
        String key = printedKey();
        assertThat(run("revoke", id(key))).isZero();

        assertThat(printed).isEqualToIgnoringNewLines("The key " + id(key) + " of 'ann' is revoked.");
        assertThat(find(key)).isEmpty();
    }

    @Test
    void aListHasNoSecrets() {
        run("create", "--name", "ann", "--tenant", "acme", "--admin", "--models", "gpt-*", "--expires", "2026-10-01");
        String key = printedKey();
        run("list");

        assertThat(printed)
                .isEqualToIgnoringNewLines(
                        id(key) + "  ann  tenant acme  admin  models gpt-*  expired 2026-10-02T00:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "- | 2 | needs create, list, rotate or revoke",
                "forget x | 2 | needs create, list, rotate or revoke",
                "create | 2 | 'keys create' needs --name.",
                "create --name | 2 | --name needs a value.",
                "create --name n --overlap 1h | 2 | an argument that it does not know",
                "create --name n --expires soon | 1 | expires: must be a day such as 2027-01-31",
                "create --name n --concurrent x | 1 | limits.concurrent: must be a whole number",
                "rotate | 2 | 'keys rotate' needs the id of a key.",
                "rotate abcd --overlap soon | 1 | there is no such file",
                "list postern_abcd_x | 2 | an argument that it does not know",
            })
    void invalidArgumentsAreExplained(String words, int status, String message) {
        // --file comes last, so an option without a value is followed by it
        int actual = words != null && words.endsWith("--name")
                ? run(words.replace("--name", "--name=").split(" "))
                : run(words == null ? new String[0] : words.split(" "));

        assertThat(actual).isEqualTo(status);
        assertThat(complained).contains(message).doesNotContain("postern_abcd_x");
        assertThat(file).doesNotExist();
    }

    @Test
    void anInvalidFileIsNotOverwritten() throws IOException {
        Files.writeString(file, "keys: {abcd: {name: ann}}\n");

        assertThat(run("create", "--name", "bob")).isEqualTo(1);

        assertThat(complained).contains("keys.yaml:1: keys.abcd.sha256: is missing");
        assertThat(Files.readString(file)).isEqualTo("keys: {abcd: {name: ann}}\n");
    }

    @Test
    void commandsAtTheSameTimeLoseNoKey() throws Exception {
        int commands = 24;
        CyclicBarrier together = new CyclicBarrier(8);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> statuses = new ArrayList<>();
            for (int i = 0; i < commands; i++) {
                String[] words = {"create", "--name", "key" + i, "--file", file.toString()};
                statuses.add(threads.submit(() -> {
                    together.await(60, TimeUnit.SECONDS);
                    PrintStream nowhere =
                            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
                    return new KeysCommand(clock, new SecureRandom()).run(words, nowhere, nowhere);
                }));
            }
            for (Future<Integer> status : statuses) {
                assertThat(status.get(60, TimeUnit.SECONDS)).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(ApiKeysFile.read(file, true)).hasSize(commands);
    }

    @Test
    void aCommandWaitsForThoseOfOtherProcesses() throws Exception {
        run("create", "--name", "first");
        Path lock = KeysLock.beside(file);
        assertThat(lock).exists();
        KeysLock held = KeysLock.of(file);
        try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            // Java says so for a lock of this process; another process would wait.
            assertThatThrownBy(other::tryLock).isInstanceOf(OverlappingFileLockException.class);
        } finally {
            held.close();
        }
        try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            assertThat(other.tryLock()).as("the lock is released").isNotNull();
        }
    }
}
