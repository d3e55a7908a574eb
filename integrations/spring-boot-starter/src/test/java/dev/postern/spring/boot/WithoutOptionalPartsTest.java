package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** An application that has nothing but the starter: no web server, no actuator, no Micrometer module, no testkit. */
class WithoutOptionalPartsTest {
    /** The names of jars, and of the folders of modules that are not packaged yet. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "(postern-)?(langchain4j(-core)?|micrometer|genai|testkit|jackson|spring-ai)(-\\d.*)?"
                    + "|spring-(test|web|webmvc|ai).*|spring-boot-(?!autoconfigure)[a-z].*\\.jar|tomcat.*|micrometer-(core|jakarta).*");

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void startsAndHasTheGateway() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader bare = new URLClassLoader(path(), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(bare);
            assertThat(isThere(bare, "org.springframework.boot.health.contributor.Health"))
                    .isFalse();
            assertThat(isThere(bare, "dev.postern.testkit.FakeLlm")).isFalse();
            Class<?> springApplication = bare.loadClass("org.springframework.boot.SpringApplication");
            Object context = springApplication
                    .getMethod("run", Class.class, String[].class)
                    .invoke(null, bare.loadClass(Application.class.getName()), new String[] {
                        "--postern.provider=noop", "--spring.main.banner-mode=off"
                    });

            assertThat(has(context, "posternGateway")).isTrue();
            assertThat(has(context, "posternAgents")).isTrue();
            assertThat(has(context, "posternHealthIndicator")).isFalse();
            assertThat(has(context, "posternEndpoint")).isFalse();
            assertThat(has(context, "posternMeterListener")).isFalse();
            assertThat(has(context, "posternChatModel")).isFalse();
            assertThat(has(context, "posternLangChain4jChatModel")).isFalse();
            ((AutoCloseable) context).close();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static boolean has(Object context, String bean) throws ReflectiveOperationException {
        return (boolean)
                context.getClass().getMethod("containsBean", String.class).invoke(context, bean);
    }

    private static boolean isThere(ClassLoader loader, String name) {
        try {
            loader.loadClass(name);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static URL[] path() throws MalformedURLException {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path file = Path.of(entry);
            Path named = entry.endsWith(".jar") ? file : file.getParent().getParent();
            if (!LEFT_OUT.matcher(named.getFileName().toString()).matches()) {
                path.add(file.toUri().toURL());
            }
        }
        return path.toArray(URL[]::new);
    }
}
