/** {@link dev.postern.spring.boot.test.AutoConfigureFakeLlm} gives the tests of an application a model with a script. */
@NullMarked
package dev.postern.spring.boot.test;

import org.jspecify.annotations.NullMarked;
