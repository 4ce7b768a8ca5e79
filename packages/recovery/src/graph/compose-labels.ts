/** Labels that Docker Compose (version 2) gives its containers. */
export const COMPOSE_PROJECT = 'com.docker.compose.project';
export const COMPOSE_SERVICE = 'com.docker.compose.service';
/** `service:condition:restart`, several with commas between. */
export const COMPOSE_DEPENDS_ON = 'com.docker.compose.depends_on';
