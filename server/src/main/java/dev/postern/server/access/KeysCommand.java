package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The command {@code keys}: creates, lists, rotates and revokes the keys of a file. */
public final class KeysCommand {
    /** How it is used. */
    public static final String USAGE = """
        Usage: server/run keys create --name NAME --file FILE [options]
               server/run keys list --file FILE
               server/run keys rotate ID --file FILE [--overlap 24h]
               server/run keys revoke ID --file FILE

        A running server reads the file again when it changes. A new key is printed once; the file has its hash only.

          --tenant T                 who pays
          --admin                    allows changes of the gateway
          --trusted                  allows the header X-Tenant-Id
          --backends A,B             the only backends; * stands for any characters
          --models M,N               the only models, likewise
          --expires 2027-01-31       the last day, or a time such as 2027-01-31T12:00:00Z
          --requests-per-minute N    and --concurrent N, --tokens-per-minute N, --tokens-per-day N,
                                     --tokens-per-month N, --cost-per-day C, --cost-per-month C
          --overlap 24h              how long the old secret works beside the new one; 0 for not at all
        """;

    private final InstantSource clock;
    private final SecureRandom random;

    /** A command with this clock and this source of secrets. */
    public KeysCommand(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * Runs it.
     *
     * @param words the arguments after {@code keys}
     * @return the exit status
     */
    public int run(String[] words, PrintStream out, PrintStream err) {
        try {
            KeysArguments arguments = KeysArguments.parse(words);
            Path file = arguments.file();
            if (!Files.exists(file) && !arguments.action().equals("create")) {
                throw new LlmException(Kind.CONFIGURATION, file + ": there is no such file; create a key first.");
            }
            if (arguments.action().equals("list")) {
                list(keys(file), out);
            } else {
                change(arguments, out);
            }
            return 0;
        } catch (KeysArguments.UsageException e) {
            err.println(e.getMessage());
            err.println();
            err.print(USAGE);
            return 2;
        } catch (LlmException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    /** No other command changes the file between reading and writing. */
    private void change(KeysArguments arguments, PrintStream out) {
        KeysLock held = KeysLock.of(arguments.file());
        try {
            Map<String, ApiKey> keys = keys(arguments.file());
            switch (arguments.action()) {
                case "create" -> create(arguments, keys, out);
                case "rotate" -> rotate(arguments, keys, out);
                default -> revoke(arguments, keys, out);
            }
        } finally {
            held.close();
        }
    }

    private static Map<String, ApiKey> keys(Path file) {
        return Files.exists(file) ? new LinkedHashMap<>(ApiKeysFile.read(file, true)) : new LinkedHashMap<>();
    }

    private void create(KeysArguments arguments, Map<String, ApiKey> keys, PrintStream out) {
        String id = KeyText.newId(random);
        String secret = KeyText.newSecret(random);
        keys.put(
                id,
                ApiKeysReader.read(arguments.entry(id, SecretHash.of(secret)), true)
                        .get(id));
        ApiKeysFile.write(arguments.file(), keys);
        out.println("The key, which is not shown again:");
        out.println(KeyText.of(id, secret));
    }

    private void rotate(KeysArguments arguments, Map<String, ApiKey> keys, PrintStream out) {
        String id = arguments.id();
        String secret = KeyText.newSecret(random);
        Duration overlap = arguments.overlap();
        Instant until = clock.instant().plus(overlap);
        keys.put(id, known(keys, id).rotated(SecretHash.of(secret), until));
        ApiKeysFile.write(arguments.file(), keys);
        out.println("The new key, which is not shown again; the old one works until " + until + ":");
        out.println(KeyText.of(id, secret));
    }

    private static void revoke(KeysArguments arguments, Map<String, ApiKey> keys, PrintStream out) {
        String name = known(keys, arguments.id()).caller().name();
        keys.remove(arguments.id());
        ApiKeysFile.write(arguments.file(), keys);
        out.println("The key " + arguments.id() + " of '" + name + "' is revoked.");
    }

    private static ApiKey known(Map<String, ApiKey> keys, String id) {
        ApiKey key = keys.get(id);
        if (key == null) {
            throw new LlmException(Kind.CONFIGURATION, "There is no key with this id; 'keys list' shows all ids.");
        }
        return key;
    }

    private void list(Map<String, ApiKey> keys, PrintStream out) {
        Instant now = clock.instant();
        keys.forEach((id, key) -> {
            Caller caller = key.caller();
            Optional<Instant> old = key.previousUntil().filter(now::isBefore);
            out.println(id + "  " + caller.name()
                    + (caller.tenant().isEmpty() ? "" : "  tenant " + caller.tenant())
                    + (caller.admin() ? "  admin" : "")
                    + (caller.trusted() ? "  trusted" : "")
                    + (caller.backends().all() ? "" : "  backends " + caller.backends())
                    + (caller.models().all() ? "" : "  models " + caller.models())
                    + key.expires()
                            .map(end -> (now.isBefore(end) ? "  expires " : "  expired ") + end)
                            .orElse("")
                    + old.map(end -> "  old secret until " + end).orElse(""));
        });
    }
}
