package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
    private static final int PIECE_BYTES = 8192;
    private static final long POLL_MILLIS = 10;

    AwsCredentials run(String profile, String command) {
        String subject = "The credential_process of the AWS profile '" + profile + "'";
        Process process = start(subject, command);
        try {
            byte[] output = output(process, subject);
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

    /**
     * Reads what the process prints until it ends, and at most one piece more than the limit. The output is polled,
     * because a program that the process started, such as an agent, may keep it open for ever, and a thread that reads
     * it cannot be interrupted.
     */
    private byte[] output(Process process, String subject) throws IOException, InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE_BYTES];
        long begin = System.nanoTime();
        try (InputStream in = process.getInputStream()) {
            while (output.size() <= MAX_OUTPUT_BYTES) {
                boolean ended = !process.isAlive(); // first: all output of an ended process is available
                int ready = in.available();
                if (ready > 0) {
                    output.write(piece, 0, in.read(piece, 0, Math.min(ready, piece.length)));
                } else if (ended) {
                    break;
                } else {
                    process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
                }
                if (!ended && System.nanoTime() - begin >= timeout.toNanos()) {
                    throw failed(Kind.TIMEOUT, subject + " did not end within " + timeout.toMillis() + " ms.");
                }
            }
        }
        return output.toByteArray();
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
