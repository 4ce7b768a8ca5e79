export { type ContainerOptions, type Inspected, RUN_LABEL, startContainer, type TestContainer } from './container.ts';
export { docker } from './docker.ts';
export { imageWith, nodeImage, testImage } from './image.ts';
export { type OwnEngine, ownEngine } from './own-engine.ts';
