package dev.postern.examples;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * An example in a separate process. Its environment has no settings of OpenAI or AWS and an empty home directory, and
 * the metadata service of EC2 is turned off.
 *
 * @param status the exit status
 * @param output the output, with errors
 * @param loaded the names of the loaded classes
 */
record ChildJvm(int status, String output, List<String> loaded) {

    /** Runs a program with the AWS SDK on its class path. */
    static ChildJvm run(Path scratch, Class<?> program, Map<String, String> environment) throws Exception {
        return run(scratch, program, environment, System.getProperty("java.class.path"));
    }

    /** Runs a program without the AWS SDK, like {@code examples/run}. */
    static ChildJvm runWithoutSdk(Path scratch, Class<?> program, Map<String, String> environment) throws Exception {
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("awssdk"))
                .collect(Collectors.joining(File.pathSeparator));
        return run(scratch, program, environment, path);
    }

    private static ChildJvm run(Path scratch, Class<?> program, Map<String, String> environment, String classPath)
            throws IOException, InterruptedException {
        Path classes = scratch.resolve("classes.log");
        Path output = scratch.resolve("output.txt");
        ProcessBuilder child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load=info:file=" + classes + "::filecount=0",
                        "-Xshare:auto",
                        "-Dfile.encoding=UTF-8",
                        "-Dstdout.encoding=UTF-8",
                        "-cp",
                        classPath,
                        program.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> variables = child.environment();
        variables.keySet().removeIf(name -> name.matches("(AWS|OPENAI|BEDROCK)_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS"));
        variables.put("HOME", scratch.toString());
        variables.put("AWS_EC2_METADATA_DISABLED", "true");
        variables.putAll(environment);

        Process process = child.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("still running: " + Files.readString(output));
        }
        List<String> loaded = Files.readAllLines(classes, StandardCharsets.UTF_8).stream()
                .map(line -> line.replaceFirst("^(\\[[^]]*])*\\s*", "").replaceFirst("\\s.*", ""))
                .toList();
        return new ChildJvm(process.exitValue(), Files.readString(output), loaded);
    }
}
