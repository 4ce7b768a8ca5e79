export { startContainer, type TestContainer } from './container.ts';
export { docker } from './docker.ts';
export { faketimeImage, nodeImage, testImage } from './image.ts';
export { ownEngine } from './own-engine.ts';
