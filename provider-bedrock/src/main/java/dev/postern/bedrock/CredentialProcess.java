package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs the program of a profile's {@code credential_process} in a shell, as AWS's own tools do. Command and output are
 * secrets, so no error contains them.
 *
 * @param timeout the longest run time; after it the process is killed
 */
record CredentialProcess(Duration timeout) {
    private static final int MAX_OUTPUT_BYTES = 64 << 10;
    /**
     * The longest wait for the end of the output of a program that has ended. A program that it started and that still
     * runs, such as an agent, may keep the output open for ever.
     */
    private static final long REST_MILLIS = 1_000;

    AwsCredentials run(String profile, String command) {
        String subject = "The credential_process of the AWS profile '" + profile + "'";
        Process process = start(subject, command);
        ProcessOutput printed = new ProcessOutput(process.getInputStream(), MAX_OUTPUT_BYTES, () -> end(process));
        printed.start();
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed(Kind.TIMEOUT, subject + " did not end within " + timeout.toMillis() + " ms.");
            }
            byte[] output = printed.await(REST_MILLIS);
            if (output.length > MAX_OUTPUT_BYTES) {
                throw failed(Kind.PROTOCOL, subject + " printed more than " + MAX_OUTPUT_BYTES + " bytes.");
            }
            int status = process.exitValue();
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

    /** Kills the process and its children. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static LlmException failed(Kind kind, String message) {
        return new LlmException(kind, message);
    }
}
