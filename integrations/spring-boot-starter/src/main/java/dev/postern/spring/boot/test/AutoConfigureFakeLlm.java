package dev.postern.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Gives the context of a test a {@link dev.postern.testkit.FakeLlm} as its {@link dev.postern.LlmProvider}, so that no property {@code
 * postern.*} and no server is needed. It stands beside {@code @SpringBootTest} or an annotation for a part of the application:
 *
 * <pre>{@code
 * @SpringBootTest
 * @AutoConfigureFakeLlm
 * class AdvisorTest {
 *     @Autowired FakeLlm llm;
 *     @Autowired Advisor advisor;
 *
 *     @Test
 *     void answers() {
 *         llm.thenText("Paris");
 *         assertEquals("Paris", advisor.answer("What is the capital of France?"));
 *     }
 * }
 * }</pre>
 *
 * <p>The script and the requests are forgotten after each test method. {@code postern-testkit} must be on the class path. Agents of a
 * Postern file need its gateway, so they are not there; those of beans are.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration(FakeLlmAutoConfiguration.class)
public @interface AutoConfigureFakeLlm {}
