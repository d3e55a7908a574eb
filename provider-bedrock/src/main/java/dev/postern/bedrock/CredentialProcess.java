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
 * Runs the program of a profile's {@code credential_process} in a shell, as AWS's own tools do. Command and output are
 * secrets, so no error contains them.
 *
 * @param timeout the longest run time; after it the process is killed
 */
record CredentialProcess(Duration timeout) {
    private static final int MAX_OUTPUT_BYTES = 64 << 10;

    AwsCredentials run(String profile, String command) {
        String subject = "The credential_process of the AWS profile '" + profile + "'";
        Process process = start(subject, command);
        CompletableFuture<Void> tooLong = new CompletableFuture<>();
        var unused = tooLong.completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> end(process));
        try (InputStream out = process.getInputStream()) {
            byte[] output = out.readNBytes(MAX_OUTPUT_BYTES + 1);
            if (output.length > MAX_OUTPUT_BYTES) {
                throw failed(Kind.PROTOCOL, subject + " printed more than " + MAX_OUTPUT_BYTES + " bytes.");
            }
            int status = process.waitFor();
            if (tooLong.isDone()) {
                throw failed(Kind.TIMEOUT, subject + " did not end within " + timeout.toMillis() + " ms.");
            }
            if (status != 0) {
                throw failed(
                        Kind.AUTHENTICATION,
                        subject + " failed with status " + status + "; run it by hand to see its output.");
            }
            return IssuedCredentials.ofJson(output, "SessionToken", subject);
        } catch (IOException e) {
            throw failed(Kind.AUTHENTICATION, subject + " could not be read; run it by hand to see its output.");
        } catch (InterruptedException e) {
            throw CredentialsLocation.interrupted(e);
        } finally {
            tooLong.cancel(false);
            end(process);
        }
    }

    private static Process start(String subject, String command) {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        List<String> shell = windows ? List.of("cmd.exe", "/C", command) : List.of("sh", "-c", command);
        try {
            Process process =
                    new ProcessBuilder(shell).redirectError(Redirect.DISCARD).start();
            process.getOutputStream().close(); // the program cannot ask the user
            return process;
        } catch (IOException e) { // not the cause of the failure, because its message has the command
            throw failed(Kind.CONFIGURATION, subject + " cannot be started.");
        }
    }

    /** Kills the process and its children, which would keep its output open. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static LlmException failed(Kind kind, String message) {
        return new LlmException(kind, message);
    }
}
