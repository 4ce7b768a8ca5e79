export {
  type Attach,
  type ChaosConfig,
  defineConfig,
  type EngineSettings,
  type ReportKeeping,
} from './config/config.ts';
export { EXIT, type ExitCode } from './exit-code.ts';
