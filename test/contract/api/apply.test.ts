import { onEmbeddedCluster } from '../support/on-cluster.ts';
import { API_SUITES, apiSuites } from './suites.ts';

onEmbeddedCluster(apiSuites(API_SUITES.apply));
