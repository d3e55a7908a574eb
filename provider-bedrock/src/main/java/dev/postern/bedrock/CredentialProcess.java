package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs the program that a profile names in {@code credential_process}, by the shell, as AWS's own tools do. What it
 * prints and what it was told are secrets both, and show nowhere.
 *
 * @param patience after which it is ended
 */
record CredentialProcess(Duration patience) {
    private static final int MAX_OUTPUT_BYTES = 64 << 10;

    AwsCredentials run(String profile, String command) {
        String who = "The credential_process of the AWS profile '" + profile + "'";
        Process process = start(who, command);
        CompletableFuture<Void> tooLong = new CompletableFuture<>();
        var unused = tooLong.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> end(process));
        try (InputStream out = process.getInputStream()) {
            byte[] output = out.readNBytes(MAX_OUTPUT_BYTES + 1);
            if (output.length > MAX_OUTPUT_BYTES) {
                throw failed(Kind.PROTOCOL, who + " printed more than " + MAX_OUTPUT_BYTES + " bytes.");
            }
            int status = process.waitFor();
            if (tooLong.isDone()) {
                throw failed(Kind.TIMEOUT, who + " did not end within " + patience.toMillis() + " ms.");
            }
            if (status != 0) {
                throw failed(
                        Kind.AUTHENTICATION,
                        who + " failed with status " + status + "; run it by hand to see what it says.");
            }
            return IssuedCredentials.ofJson(output, "SessionToken", who);
        } catch (IOException e) {
            throw failed(Kind.AUTHENTICATION, who + " could not be read; run it by hand to see what it says.");
        } catch (InterruptedException e) {
            throw CredentialsPlace.interrupted(e);
        } finally {
            tooLong.cancel(false);
            end(process);
        }
    }

    private static Process start(String who, String command) {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        List<String> shell = windows ? List.of("cmd.exe", "/C", command) : List.of("sh", "-c", command);
        try {
            Process process =
                    new ProcessBuilder(shell).redirectError(Redirect.DISCARD).start();
            process.getOutputStream().close(); // nobody is there to be asked
            return process;
        } catch (IOException e) { // not as the cause: it shows the command
            throw failed(Kind.CONFIGURATION, who + " cannot be started.");
        }
    }

    /** With all that it started, or those would keep its output open. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static LlmException failed(Kind kind, String message) {
        return new LlmException(kind, message);
    }
}
