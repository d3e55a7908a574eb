/** A web application with a model: {@link dev.postern.examples.boot.StoryApplication}. */
package dev.postern.examples.boot;
